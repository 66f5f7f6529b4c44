package sender

import (
	"crypto/x509"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
)

func TestCachedJudgementIsUsedOnlyForTheSameHandshake(t *testing.T) {
	t.Parallel()
	now := time.Now().Truncate(time.Minute)
	authority, err := certs.NewAuthority("pushcheck test", now)
	if err != nil {
		t.Fatal(err)
	}
	chain := func(hosts ...string) (chain []*x509.Certificate) {
		leaf, err := authority.Issue(certs.Leaf{Hosts: hosts, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(30 * time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
		for _, der := range leaf.Certificate {
			c, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			chain = append(chain, c)
		}
		return chain
	}
	ownChain, otherChain := chain("receiver.example"), chain("other.example")
	j := &judgementCache{}
	judge := func(at time.Time, change func(*endpoint.Handshake)) judgement {
		h := endpoint.Handshake{Scheme: "https", Host: "receiver.example", Address: "127.0.0.1:443", Version: 0x304, Suite: 0x1301, Chain: ownChain}
		change(&h)
		trust := endpoint.Trust{Now: at}
		problems, notes := j.judge(h, trust)
		want, wantNotes := endpoint.Judge(h, trust)
		if len(notes) == 0 || notes[0] != "from the cache" {
			if diff := cmp.Diff([]any{want, wantNotes}, []any{problems, notes}); diff != "" {
				t.Errorf("judge() mismatch (-want +got):\n%s", diff)
			}
		}
		return judgement{problems, notes}
	}
	unchanged := func(*endpoint.Handshake) {}
	judge(now, unchanged)
	j.byHandshake.Range(func(key, _ any) bool {
		j.byHandshake.Store(key, judgement{notes: []string{"from the cache"}})
		return true
	})
	for _, tt := range []struct {
		name   string
		at     time.Time
		change func(*endpoint.Handshake)
		cached bool
	}{
		{"the same handshake: cached", now, unchanged, true},
		{"the same handshake, 59 seconds later: cached", now.Add(59 * time.Second), unchanged, true},
		{"the same handshake, a minute later: judged again", now.Add(time.Minute), unchanged, false},
		{"the same handshake, after the certificate expired: judged again", now.Add(time.Hour), unchanged, false},
		{"another chain: judged again", now, func(h *endpoint.Handshake) { h.Chain = otherChain }, false},
		{"another host: judged again", now, func(h *endpoint.Handshake) { h.Host = "other.example" }, false},
		{"another way to write the host: judged again", now, func(h *endpoint.Handshake) { h.WrittenHost = "Receiver.example" }, false},
		{"another address: judged again", now, func(h *endpoint.Handshake) { h.Address = "192.0.2.1:443" }, false},
		{"another version: judged again", now, func(h *endpoint.Handshake) { h.Version = 0x303 }, false},
		{"another suite: judged again", now, func(h *endpoint.Handshake) { h.Suite = 0xc013 }, false},
		{"another staple: judged again", now, func(h *endpoint.Handshake) { h.Staple = []byte{1} }, false},
	} {
		notes := judge(tt.at, tt.change).notes
		if got := len(notes) > 0 && notes[0] == "from the cache"; got != tt.cached {
			t.Errorf("%s: cached = %t, want %t", tt.name, got, tt.cached)
		}
	}
}
