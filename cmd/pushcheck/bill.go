package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
)

// bill counts the pushes of a call, and how many of them sipgate bills, as far as that is documented. Pushes of a transfer or forward
// within the account are free. Pushes about a leg that leaves the account are billed. The price of other pushes is not documented.
//
// Documented: FAQ of the Push API, "I get a lot of event during forwards and transfers, do I have to pay for all of them?"
type bill struct {
	pushes, billed int
	isDiverted     bool     // the call was forwarded or transferred
	billedLegs     []string // descriptions of the billed legs
}

// addPush counts a push about a leg. legOwner is the person whose leg it is. outsideTarget says where the leg leads if it leaves the
// account; otherwise it is "".
func (b *bill) addPush(p push.Push, legOwner, outsideTarget string) {
	b.pushes++
	b.isDiverted = b.isDiverted || p.Diversion != ""
	if outsideTarget == "" {
		return
	}
	b.billed++
	if description := fmt.Sprintf("%s's leg, which leads to %s", legOwner, outsideTarget); !slices.Contains(b.billedLegs, description) {
		b.billedLegs = append(b.billedLegs, description)
	}
}

// write writes how many pushes sipgate bills, and why. It writes nothing if the call is neither forwarded nor transferred.
func (b *bill) write(w io.Writer) {
	switch {
	case b.billed > 0:
		fmt.Fprintf(w, "\nsipgate bills %d of these %d pushes: those about %s\n", b.billed, b.pushes, strings.Join(b.billedLegs, " and "))
	case b.isDiverted:
		fmt.Fprintf(w, "\nsipgate bills none of these %d pushes: the call is sent on within the account\n", b.pushes)
	}
}
