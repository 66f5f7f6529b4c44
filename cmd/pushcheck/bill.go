package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
)

// bill counts the pushes of a call that sipgate bills, as far as it is documented. Pushes of a transfer or forward within the account are
// free. Pushes about a leg that leaves the account are billed. The price of other pushes is not documented.
//
// See push-api: I get a lot of event during forwards and transfers, do I have to pay for all of them?
type bill struct {
	pushes, billed int
	sentOn         bool     // the call has a second leg
	legs           []string // descriptions of the billed legs
}

// add counts a push. leaves is where its leg leads, if it leaves the account.
func (b *bill) add(p push.Push, leg, leaves string) {
	b.pushes++
	b.sentOn = b.sentOn || p.Diversion != ""
	if leaves == "" {
		return
	}
	b.billed++
	if words := fmt.Sprintf("%s's leg, which leads to %s", leg, leaves); !slices.Contains(b.legs, words) {
		b.legs = append(b.legs, words)
	}
}

// write writes how many pushes sipgate bills, and why; nothing if the call is not sent on.
func (b *bill) write(w io.Writer) {
	switch {
	case b.billed > 0:
		fmt.Fprintf(w, "\nsipgate bills %d of these %d pushes: those about %s\n", b.billed, b.pushes, strings.Join(b.legs, " and "))
	case b.sentOn:
		fmt.Fprintf(w, "\nsipgate bills none of these %d pushes: the call is sent on within the account\n", b.pushes)
	}
}
