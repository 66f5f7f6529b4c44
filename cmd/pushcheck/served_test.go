package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/pushcheck/pushcheck/receiver"
)

// runAsReceiver is the variable that makes this test binary a receiver. Its value is the address to listen at; the certificate is that of
// --dev-cert.
const runAsReceiver = "PUSHCHECK_TEST_AS_RECEIVER"

// serveReceiver serves the reference receiver. It ends at the first push whose caller is the value of the variable DIES_ON, and refuses
// pushes whose caller is the value of FAILS_ON.
func serveReceiver(address string) {
	good, err := receiver.New(receiver.Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("listening at", address)
	err = http.ListenAndServeTLS(address, os.Getenv(variableCert), os.Getenv(variableKey),
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if dies := os.Getenv("DIES_ON"); dies != "" && strings.Contains(string(body), "from="+dies) {
				fmt.Println("this caller is too much:", dies)
				os.Exit(1)
			}
			if fails := os.Getenv("FAILS_ON"); fails != "" && strings.Contains(string(body), "from="+fails) {
				fmt.Println("no such number:", fails)
				http.Error(w, "no such number", http.StatusInternalServerError)
				return
			}
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			good.ServeHTTP(w, r)
		}))
	fmt.Println(err)
	os.Exit(1)
}
