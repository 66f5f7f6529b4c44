package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/requirements"
)

// startReceiver starts the reference receiver with steering, such as reject=NUMBER, and with faults. It returns the receiver, and a file
// with the authority to trust.
func startReceiver(t *testing.T, steering string, faults ...string) (*receiver.Instance, string) {
	t.Helper()
	config := receiver.Config{}
	config.Options.SlowFactor = 0.1
	for _, name := range faults {
		f, err := receiver.FindFault(name)
		if err != nil {
			t.Fatal(err)
		}
		config.Options.Faults = append(config.Options.Faults, f)
		if f.NeedsKey {
			config.Options.VerifyKey = &writeSigningKey(t).key.PublicKey
		}
	}
	if steering != "" {
		parsedSteering, err := receiver.ParseSteering(steering)
		if err != nil {
			t.Fatal(err)
		}
		config.Options.Steering = parsedSteering
	}
	instance, err := receiver.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = instance.Close() })
	trusted := instance.RootPEM
	if len(trusted) == 0 { // a receiver without TLS has no authority, but the file must contain an authority
		unusedAuthority, err := certs.NewAuthority("unused", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		trusted = unusedAuthority.RootPEM()
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, trusted, 0o600); err != nil {
		t.Fatal(err)
	}
	return instance, ca
}

// jsonReport is the part of a JSON report that the tests read.
type jsonReport struct {
	Exit         int
	Interrupted  bool
	Verdict      string
	Requirements []struct{ ID, Status, Reason string }
	Scenarios    []struct{ Name, Status string }
	Calls        []struct {
		Feature string
		Probe   bool
	}
}

// idsWithStatus returns the requirements that have one of the statuses.
func (d jsonReport) idsWithStatus(statuses ...string) []string {
	var out []string
	for _, r := range d.Requirements {
		if slices.Contains(statuses, r.Status) {
			out = append(out, r.ID)
		}
	}
	return out
}

// runWithReport runs `pushcheck run` with arguments, and reads its JSON report.
func runWithReport(t *testing.T, args ...string) (outcome, jsonReport) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	got := runCommand(t, append([]string{"run", "--report", "json=" + file}, args...)...)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("reading the report: %v\n%s", err, got.stderr)
	}
	var d jsonReport
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatalf("reading the report: %v", err)
	}
	return got, d
}

func TestReferenceReceiverConformsWithoutFindings(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	got, report := runWithReport(t, instance.URL, "--ca-file", ca)
	if got.exit != 0 || report.Exit != 0 || report.Verdict != "conformant" {
		t.Errorf("exit %d, and %d in the report, %s, want a conformant receiver:\n%s", got.exit, report.Exit, report.Verdict, got.stdout)
	}
	if findings := report.idsWithStatus("failed", "warned"); len(findings) > 0 {
		t.Errorf("findings %v, want none", findings)
	}
	if diff := cmp.Diff([]string{"transport.trusted-chain"}, report.idsWithStatus("waived")); diff != "" {
		t.Errorf("waived mismatch (-want +got):\n%s", diff)
	}
	if want := len(requirements.All()); len(report.Requirements) != want {
		t.Errorf("%d rows in the report, want one for each of the %d requirements", len(report.Requirements), want)
	}
}

func TestNoPushReachesAReceiverWithABadCertificate(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]string{
		"self-signed": "transport.not-self-signed", "expired": "transport.in-date", "other-name": "transport.name-matches",
		"missing-intermediate": "transport.complete-chain", "client-certificate": "transport.handshake",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			instance, ca := startReceiver(t, "", fault)
			got, report := runWithReport(t, instance.URL, "--ca-file", ca)
			if got.exit != 1 || !slices.Contains(report.idsWithStatus("failed"), want) {
				t.Errorf("exit %d, failed %v, want %s", got.exit, report.idsWithStatus("failed"), want)
			}
			if n := instance.PushCount(); n != 0 {
				t.Errorf("%d requests reached the receiver", n)
			}
			for _, r := range report.Requirements {
				if area, _, _ := strings.Cut(r.ID, "."); area != "transport" && area != "signature" && area != "state" && r.Status != "undetermined" {
					t.Errorf("%s is %s, although nothing was sent: %s", r.ID, r.Status, r.Reason)
				}
			}
		})
	}
}

func TestPlainHTTPFailsUnlessAllowHTTPWaivesIt(t *testing.T) {
	t.Parallel()
	instance, err := receiver.Start(t.Context(), receiver.Config{PlainHTTP: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = instance.Close() })
	got, report := runWithReport(t, instance.URL)
	if got.exit != 1 || !slices.Contains(report.idsWithStatus("failed"), "transport.https") || instance.PushCount() != 0 {
		t.Errorf("exit %d, failed %v, %d requests, want transport.https and none", got.exit, report.idsWithStatus("failed"), instance.PushCount())
	}
	got, report = runWithReport(t, instance.URL, "--allow-http")
	if got.exit != 0 || !slices.Contains(report.idsWithStatus("waived"), "transport.https") {
		t.Errorf("exit %d, waived %v with --allow-http, want transport.https waived", got.exit, report.idsWithStatus("waived"))
	}
	if got, _ = runWithReport(t, instance.URL, "--allow-http", "--no-waivers"); got.exit != 1 {
		t.Errorf("exit %d with --no-waivers, want 1", got.exit)
	}
}

func TestReceiverThatRejectsAllCallsConformsUnlessItClaimsGather(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "reject="+receiver.AnyOtherNumber)
	if got, _ := runWithReport(t, instance.URL, "--ca-file", ca); got.exit != 0 {
		t.Errorf("exit %d for a receiver that rejects every call, want 0:\n%s", got.exit, got.stdout)
	}
	if got, _ := runWithReport(t, instance.URL, "--ca-file", ca, "--claim", "gather"); got.exit != 1 {
		t.Errorf("exit %d for a receiver that claims to gather and does not, want 1", got.exit)
	}
}

func TestRunReportsAnUnreachableReceiver(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	url := instance.URL
	if err := instance.Close(); err != nil {
		t.Fatal(err)
	}
	got, report := runWithReport(t, url, "--ca-file", ca)
	if got.exit != 1 || !slices.Contains(report.idsWithStatus("failed"), "transport.reachable") {
		t.Errorf("exit %d, failed %v, want transport.reachable", got.exit, report.idsWithStatus("failed"))
	}
}

func TestARunWhoseReportCannotBeWrittenHasNoVerdict(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	dir := t.TempDir()
	got, report := runWithReport(t, "--ca-file", ca, "--only", "push.newcall", "--report", "junit="+dir, instance.URL)
	if got.exit != 3 || !strings.Contains(got.stderr, "writing the junit report") {
		t.Errorf("exit %d, want 3; standard error: %s", got.exit, got.stderr)
	}
	if report.Exit != got.exit || report.Verdict != "undetermined" {
		t.Errorf("the other report has exit %d, %s; want %d, undetermined", report.Exit, report.Verdict, got.exit)
	}
	pushesBefore := instance.PushCount()
	missing := runCommand(t, "run", "--ca-file", ca, "--report", "junit="+filepath.Join(dir, "nowhere", "report.xml"), instance.URL)
	if missing.exit != 3 || instance.PushCount() > pushesBefore {
		t.Errorf("exit %d after %d pushes if the folder is missing, want 3 after none; standard error: %s", missing.exit, instance.PushCount()-pushesBefore, missing.stderr)
	}
}

func TestRunPlaysUserFeaturesThatTagsSelect(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	got, report := runWithReport(t, "--ca-file", ca, "--features", "testdata/own", "--tags", "@quick", instance.URL)
	if got.exit != 0 || !slices.Contains(report.idsWithStatus("passed"), "response.prompt") {
		t.Errorf("exit %d, passed %v, want response.prompt among them", got.exit, report.idsWithStatus("passed"))
	}
}

func TestUserScenarioWithoutStepsIsRefused(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "a.feature"), []byte("Feature: x\n  Scenario: nothing at all\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := runCommand(t, "run", "--ca-file", ca, "--features", folder, "--no-built-in-features", instance.URL)
	if got.exit != 2 || !strings.Contains(got.stderr, `a.feature:2:3: the scenario "nothing at all" has no steps`) || instance.PushCount() > 0 {
		t.Errorf("exit %d after %d pushes, want 2 after none; standard error: %s", got.exit, instance.PushCount(), got.stderr)
	}
}

func TestCastAndNumbersOfTheConfigurationAreUsed(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "gather=493023125072")
	file := writeConfigFile(t, "url: "+instance.URL+"\nca-file: "+ca+"\ncast: testdata/cast.yaml\nnumbers: {gather: 493023125072}\nclaim: [gather]\n")
	got, report := runWithReport(t, "--config", file, "--verbose")
	if got.exit != 0 || report.Exit != 0 {
		t.Errorf("exit %d, report %d, want 0:\n%s%s", got.exit, report.Exit, got.stdout, got.stderr)
	}
	for _, r := range report.Requirements {
		if slices.Contains([]string{"call.menu", "gather.ondata", "push.dtmf", "call.answered"}, r.ID) && r.Status != "passed" {
			t.Errorf("%s is %s: %s", r.ID, r.Status, r.Reason)
		}
	}
	if !strings.Contains(got.stdout, "493023125071") {
		t.Errorf("no call goes to the number of Doc in the cast:\n%s", got.stdout)
	}
}

func TestClaimToGatherIsAFindingIfTheGatherNumberDoesNotGather(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	got, report := runWithReport(t, instance.URL, "--ca-file", ca, "--claim", "gather", "--numbers", "gather=493023125072")
	if failed := report.idsWithStatus("failed"); got.exit != 1 || !slices.Contains(failed, "call.menu") || !slices.Contains(failed, "gather.ondata") {
		t.Errorf("exit %d, failed %v, want 1 with call.menu and gather.ondata", got.exit, failed)
	}
}
