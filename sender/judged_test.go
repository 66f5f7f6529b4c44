package sender

import (
	"crypto/x509"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
)

func TestWhatWasSaidOfAConnectionIsSaidAgainOnlyOfOneThatLooksTheSame(t *testing.T) {
	t.Parallel()
	now := time.Now()
	authority, err := certs.NewAuthority("pushcheck test", now)
	if err != nil {
		t.Fatal(err)
	}
	chain := func(hosts ...string) endpoint.Handshake {
		leaf, err := authority.Issue(certs.Leaf{Hosts: hosts, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(30 * time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
		h := endpoint.Handshake{Scheme: "https", Host: "receiver.example", Address: "127.0.0.1:443", Version: 0x304}
		for _, der := range leaf.Certificate {
			c, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			h.Chain = append(h.Chain, c)
		}
		return h
	}
	good, other := chain("receiver.example"), chain("other.example")
	old := good
	old.Failure = endpoint.TooOldTLS
	trust := endpoint.Trust{Now: now}
	later := endpoint.Trust{Now: now.Add(time.Hour)}
	j := &judged{known: map[sight]opinion{}}
	for range 2 {
		for _, test := range []struct {
			name string
			h    endpoint.Handshake
			t    endpoint.Trust
		}{{"good", good, trust}, {"another chain", other, trust}, {"another failure", old, trust}, {"when it has run out", good, later}} {
			want, wantNotes := endpoint.Judge(test.h, test.t)
			got, notes := j.judge(test.h, test.t)
			if diff := cmp.Diff([]any{want, wantNotes}, []any{got, notes}); diff != "" {
				t.Errorf("%s: judge() mismatch (-want +got):\n%s", test.name, diff)
			}
		}
	}
	if len(j.known) != 4 {
		t.Errorf("%d opinions are known, want one for each of the 4 connections", len(j.known))
	}
	for key := range j.known {
		j.known[key] = opinion{notes: []string{"remembered"}}
	}
	if _, notes := j.judge(good, trust); !slices.Equal(notes, []string{"remembered"}) {
		t.Errorf("notes %q, want those that are remembered", notes)
	}
}
