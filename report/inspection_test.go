package report_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// inspectedVerdict returns the verdict on a connection to a hostile receiver. No push was sent.
func inspectedVerdict() verdict.Verdict {
	v := verdict.Verdict{Conclusion: verdict.NotConformant, Exit: 1, Summary: "not conformant: transport.in-date is not met"}
	c := badConnection()
	c.Handshake.Chain = []*x509.Certificate{{
		Raw: []byte("leaf"), SerialNumber: big.NewInt(1), DNSNames: []string{"hooks.example", hostile}, Subject: pkix.Name{CommonName: hostile},
		Issuer:    pkix.Name{CommonName: "Castle Rock"},
		NotBefore: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
	}}
	v.Connections = append(v.Connections, c)
	for _, r := range requirements.All() {
		row := verdict.Row{Requirement: r, Status: verdict.Skipped, Reason: "no push was sent"}
		switch r.ID {
		case "transport.https":
			row.Status, row.Reason = verdict.Passed, ""
		case "transport.in-date":
			row.Status, row.Reason = verdict.Failed, ""
			row.Findings = []requirements.Finding{{Requirement: r.ID, Level: r.Level, Primary: true, Want: "valid today", Got: hostile, Origin: c.Origin}}
		case "transport.handshake":
			row.Status, row.Reason, row.CauseID = verdict.Undetermined, hostile, "transport.in-date"
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

func TestInspectionShowsTheChainTheRequirementsAndTheResult(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for _, width := range []int{0, 40, 120} {
		var got strings.Builder
		terminal := report.NewTerminal(&got, report.TerminalOptions{Width: width})
		terminal.PrintInspection(inspectedVerdict(), now)
		if err := terminal.Err(); err != nil {
			t.Fatal(err)
		}
		words := strings.Join(strings.Fields(got.String()), " ")
		for _, text := range []string{
			"certificate 1 of 1", "CN=Castle Rock", "2026-08-01 00:00 to 2026-11-01 00:00 UTC (ended 23 days ago)", "names hooks.example,",
			"passed transport.https", "failed transport.in-date must", "transport.no-redirect no push was sent", "fix Renew the certificate and reload",
			"pushcheck run would send nothing here.", "not conformant: transport.in-date is not met",
		} {
			if !strings.Contains(words, text) {
				t.Errorf("width %d: the inspection lacks %q:\n%s", width, text, got.String())
			}
		}
		if strings.Contains(words, "push.newcall") {
			t.Errorf("width %d: the inspection mentions pushes:\n%s", width, got.String())
		}
		for _, r := range got.String() {
			if r != '\n' && (r < ' ' || r == 0x7f || r == 0x9b || r == 0x202e) {
				t.Errorf("width %d: character %q reaches the terminal", width, r)
				break
			}
		}
		if n := strings.Count(got.String(), "A"); n > 3_000 {
			t.Errorf("width %d: %d characters of an endless name are shown", width, n)
		}
	}
}
