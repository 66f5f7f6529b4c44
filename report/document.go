package report

import (
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// document is the JSON report, schema 1. The file report.schema.json describes its keys. Later versions of pushcheck may add keys, but do
// not remove any.
type document struct {
	Schema int `json:"schema"`
	aboutRecord
	Interrupted bool `json:"interrupted"`
	conclusionRecord
	Observer     bool                                                `json:"observer"`
	Counts       map[verdict.Status]int                              `json:"counts"`
	Capabilities map[requirements.Capability]verdict.CapabilityState `json:"capabilities"`
	Requirements []requirementRecord                                 `json:"requirements"`
	Causes       []causeRecord                                       `json:"causes"`
	Scenarios    []scenarioRecord                                    `json:"scenarios"`
	Notes        []noteRecord                                        `json:"notes"`
	evidenceRecord
}

// aboutRecord names the receiver that was judged, and holds the values that are needed to play the run again.
type aboutRecord struct {
	Tool   toolRecord   `json:"tool"`
	Target targetRecord `json:"target"`
	Seed   int64        `json:"seed"`
	Nonce  string       `json:"nonce"`
}

// conclusionRecord holds the verdict, its exit code and its reason.
type conclusionRecord struct {
	Verdict verdict.Conclusion `json:"verdict"`
	Exit    int                `json:"exit"`
	Reason  string             `json:"why"`
}

// evidenceRecord holds what the run observed.
type evidenceRecord struct {
	Problems    []string           `json:"problems"`
	Connections []connectionRecord `json:"connections"`
	Calls       []callRecord       `json:"calls"`
}

const toolName = "pushcheck"

type toolRecord struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Roots   string `json:"roots"` // version of the root certificates
}

type targetRecord struct {
	Incoming string `json:"incoming"`
	Outgoing string `json:"outgoing"`
}

type requirementRecord struct {
	ID          string             `json:"id"`
	Level       requirements.Level `json:"level"`
	Status      verdict.Status     `json:"status"`
	Reason      string             `json:"reason"`
	CauseID     string             `json:"because"`
	KnownCause  string             `json:"knownCause"` // id of the known failure because of which the requirement could not be judged
	Expired     bool               `json:"expired"`    // the requirement is a known failure that has expired
	TimesJudged int                `json:"judged"`
	Statement   string             `json:"says"`
	Consequence string             `json:"so"`
	Findings    []findingRecord    `json:"findings"`
}

type causeRecord struct {
	ID           string   `json:"id"`
	Clause       string   `json:"says"`
	Fix          string   `json:"fix"`
	Requirements []string `json:"requirements"`
}

type scenarioRecord struct {
	Feature  string          `json:"feature"`
	Name     string          `json:"name"`
	File     string          `json:"file"`
	Line     int             `json:"line"`
	Status   verdict.Status  `json:"status"`
	Reason   string          `json:"reason"`
	NotMet   []string        `json:"notMet"`
	Findings []findingRecord `json:"findings"`
}

type findingRecord struct {
	Level    requirements.Level `json:"level"`
	Variant  transcript.Variant `json:"variant"`
	Primary  bool               `json:"primary"`
	Waived   string             `json:"waived"` // flag that waives the requirement; "" if none does
	Want     string             `json:"want"`
	Got      string             `json:"got"`
	Cause    string             `json:"cause"`
	Fix      string             `json:"fix"`
	Call     int                `json:"call"`
	Exchange int                `json:"exchange"`
	Line     int                `json:"line"`
	Column   int                `json:"column"`
	Origin   string             `json:"origin"`
	Curl     string             `json:"curl"`
}

type noteRecord struct {
	About string `json:"about"`
	Text  string `json:"text"`
}

type connectionRecord struct {
	Origin       string              `json:"origin"`
	FollowUp     bool                `json:"followUp"`
	Address      string              `json:"address"`
	TLS          string              `json:"tls"`
	Suite        string              `json:"suite"`
	Failure      endpoint.Failure    `json:"failure"`
	Detail       string              `json:"detail"`
	Certificates []certificateRecord `json:"certificates"`
	Problems     []problemRecord     `json:"problems"`
	Notes        []string            `json:"notes"`
}

type certificateRecord struct {
	Subject   string   `json:"subject"`
	Issuer    string   `json:"issuer"`
	Names     []string `json:"names"`
	NotBefore string   `json:"notBefore"`
	NotAfter  string   `json:"notAfter"`
	SHA256    string   `json:"sha256"`
}

type problemRecord struct {
	ID      string `json:"id"`
	Primary bool   `json:"primary"`
	Milder  bool   `json:"milder"` // the problem counts as a should-level finding at most
	Waived  string `json:"waived"` // flag that waives the requirement; "" if none does
	Want    string `json:"want"`
	Got     string `json:"got"`
	Fix     string `json:"fix"`
}

type callRecord struct {
	ID        int              `json:"id"`
	Scenario  string           `json:"scenario"`
	Feature   string           `json:"feature"`
	Probe     bool             `json:"probe"`
	Complete  bool             `json:"complete"`
	NotSent   []notSentRecord  `json:"notSent"`
	Skipped   []skippedRecord  `json:"skipped"`
	States    []stateRecord    `json:"states"`
	Exchanges []exchangeRecord `json:"exchanges"`
}

type notSentRecord struct {
	Push   string                   `json:"push"`
	Leg    string                   `json:"leg"`
	Reason transcript.NotSentReason `json:"reason"`
	Detail string                   `json:"detail"`
}

type skippedRecord struct {
	Deed   string `json:"deed"` // act of a person, such as "Marty hangs up"
	Leg    string `json:"leg"`
	Reason string `json:"reason"`
}

type stateRecord struct {
	Exchange int                  `json:"exchange"` // index of the exchange after which the application was asked
	Leg      string               `json:"leg"`
	Wanted   transcript.CallState `json:"wanted"`
	Shown    transcript.CallState `json:"shown"`
	Word     string               `json:"word"` // the application's word for the shown state
	MS       float64              `json:"ms"`   // how long pushcheck waited for the state Wanted
	Error    string               `json:"error"`
}

type exchangeRecord struct {
	Push           string         `json:"push"`
	Leg            string         `json:"leg"`
	URL            string         `json:"url"`
	Body           string         `json:"body"`
	BodyLength     int64          `json:"bodyLength"`
	BodySHA256     string         `json:"bodySha256"`
	Status         int            `json:"status"`
	ContentType    string         `json:"contentType"`
	MS             float64        `json:"ms"`
	Response       string         `json:"response"`
	ResponseLength int64          `json:"responseLength"`
	ResponseSHA256 string         `json:"responseSha256"`
	End            transcript.End `json:"end"`
	Error          string         `json:"error"`
	Printed        string         `json:"printed,omitempty"`
}

func connectionRecordOf(c transcript.Connection) connectionRecord {
	h := c.Handshake
	record := connectionRecord{Origin: c.DisplayOrigin(), FollowUp: c.FollowUp, Address: h.Address, Failure: h.Failure, Detail: h.Detail,
		Certificates: make([]certificateRecord, 0, len(h.Chain)), Problems: make([]problemRecord, 0, len(c.Problems)),
		Notes: append([]string{}, c.Notes...)}
	if h.Version != 0 {
		record.TLS = tls.VersionName(h.Version)
	}
	if h.Suite != 0 {
		record.Suite = tls.CipherSuiteName(h.Suite)
	}
	for _, cert := range h.Chain {
		record.Certificates = append(record.Certificates, certificateRecord{Subject: cert.Subject.String(),
			Issuer: cert.Issuer.String(), Names: certificateNames(cert), NotBefore: cert.NotBefore.UTC().Format(time.RFC3339),
			NotAfter: cert.NotAfter.UTC().Format(time.RFC3339), SHA256: fmt.Sprintf("%x", sha256.Sum256(cert.Raw))})
	}
	for _, p := range c.Problems {
		record.Problems = append(record.Problems, problemRecord{p.Rule, p.Primary, p.Milder, p.Waived, p.Want, p.Got, p.Fix})
	}
	return record
}
