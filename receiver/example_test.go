package receiver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/pushcheck/pushcheck/receiver"
)

// A receiver with a known fault shows whether the checks of a test find this fault.
func ExampleNew() {
	fault, err := receiver.FindFault("relative-hangup")
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := receiver.New(receiver.Options{BaseURL: "https://receiver.example", Faults: []receiver.Fault{fault}})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/push", strings.NewReader("event=newCall&direction=in&from=491713920001&to=493023125001&callId=12111955"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.ServeHTTP(w, request)
	fmt.Println(w.Code)
	fmt.Println(w.Body)
	fmt.Println(r.State("12111955"))
	// Output:
	// 200
	// <?xml version="1.0" encoding="UTF-8"?>
	// <Response onAnswer="https://receiver.example/answer" onHangup="/hangup"/>
	//
	// ringing
}
