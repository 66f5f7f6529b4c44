package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/pushcheck/pushcheck/receiver"
)

// runAsReceiver is the environment variable that makes this test binary a receiver. Its value is the address to listen at. The receiver
// uses the certificate that --dev-cert made.
const runAsReceiver = "PUSHCHECK_TEST_AS_RECEIVER"

// serveReceiver serves the reference receiver. The receiver ends at the first push whose caller is the value of the environment variable
// DIES_ON. It refuses pushes whose caller is the value of FAILS_ON.
func serveReceiver(address string) {
	reference, err := receiver.New(receiver.Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("listening at", address)
	err = http.ListenAndServeTLS(address, os.Getenv(variableCert), os.Getenv(variableKey),
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if crashCaller := os.Getenv("DIES_ON"); crashCaller != "" && strings.Contains(string(body), "from="+crashCaller) {
				fmt.Println("this caller is too much:", crashCaller)
				os.Exit(1)
			}
			if refusedCaller := os.Getenv("FAILS_ON"); refusedCaller != "" && strings.Contains(string(body), "from="+refusedCaller) {
				fmt.Println("no such number:", refusedCaller)
				http.Error(w, "no such number", http.StatusInternalServerError)
				return
			}
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			reference.ServeHTTP(w, r)
		}))
	fmt.Println(err)
	os.Exit(1)
}
