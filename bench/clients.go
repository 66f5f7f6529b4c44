package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
)

//go:embed post.lua
var postScript string

const (
	connections = "64"
	contentType = "application/x-www-form-urlencoded; charset=UTF-8"
)

// wrk posts the same body in every push. It cannot verify a certificate, and cannot send at a given rate.
type wrk struct{ environment }

func (wrk) name() string           { return "wrk" }
func (wrk) canSend(t traffic) bool { return t.rate == 0 && t.callDuration == 0 }

func (w wrk) command(t traffic) []string {
	return []string{
		"env", "BENCH_BODY=" + w.file("body"), "wrk", "--threads", "1", "--connections", connections,
		"--duration", seconds(t), "--script", w.file("post.lua"), w.receiver + t.path(),
	}
}

func (wrk) count(output []byte) (counts, error) {
	lines := bytes.Split(bytes.TrimSpace(output), []byte("\n"))
	var result struct{ Requests, Failed int }
	err := json.Unmarshal(lines[len(lines)-1], &result)
	return counts{pushes: result.Requests, failed: result.Failed}, err
}

// bombardier posts the same body in every push, with its default client fasthttp.
type bombardier struct{ environment }

func (bombardier) name() string           { return "bombardier" }
func (bombardier) canSend(t traffic) bool { return !t.differentResponses && t.callDuration == 0 }

func (b bombardier) command(t traffic) []string {
	args := []string{
		"env", "SSL_CERT_FILE=" + b.file("ca.pem"), b.file("bombardier"), "--connections", connections, "--duration", seconds(t),
		"--method", "POST", "--header", "Content-Type: " + contentType, "--body-file", b.file("body"), "--print", "result", "--format", "json",
	}
	if t.rate > 0 {
		args = append(args, "--rate", strconv.Itoa(t.rate))
	}
	return append(args, b.receiver+t.path())
}

func (bombardier) count(output []byte) (counts, error) {
	var result struct {
		Result struct{ Req1xx, Req2xx, Req3xx, Req4xx, Req5xx, Others int }
	}
	err := json.Unmarshal(output, &result)
	r := result.Result
	failed := r.Req1xx + r.Req3xx + r.Req4xx + r.Req5xx + r.Others
	return counts{pushes: r.Req2xx + failed, failed: failed}, err
}

// vegeta posts the same body in every push.
type vegeta struct{ environment }

func (vegeta) name() string           { return "vegeta" }
func (vegeta) canSend(t traffic) bool { return !t.differentResponses && t.callDuration == 0 }

func (v vegeta) command(t traffic) []string {
	target := fmt.Sprintf("POST %s\nContent-Type: %s\n@%s\n", v.receiver+t.path(), contentType, v.file("body"))
	_ = os.WriteFile(v.file("targets"), []byte(target), 0o644) // if the file is missing, vegeta reports an error
	return []string{
		v.file("vegeta"), "attack", "-targets", v.file("targets"), "-output", v.file("vegeta.bin"), "-root-certs", v.file("ca.pem"),
		"-http2=false", "-connections", connections, "-max-connections", connections, "-workers", connections, "-max-workers", connections,
		"-rate", strconv.Itoa(t.rate), "-duration", seconds(t),
	}
}

func (v vegeta) count([]byte) (counts, error) {
	output, err := exec.Command(v.file("vegeta"), "report", "-type", "json", v.file("vegeta.bin")).Output()
	if err != nil {
		return counts{}, err
	}
	return vegetaCounts(output)
}

func vegetaCounts(report []byte) (counts, error) {
	var result struct {
		Requests int
		Codes    map[string]int `json:"status_codes"`
	}
	err := json.Unmarshal(report, &result)
	return counts{pushes: result.Requests, failed: result.Requests - result.Codes["200"]}, err
}

func seconds(t traffic) string { return fmt.Sprintf("%gs", t.duration.Seconds()) }
