package response_test

import (
	"fmt"

	"github.com/pushcheck/pushcheck/response"
)

// A body breaks a rule: one of its URLs is relative.
func ExampleParse() {
	d := response.Parse(response.Input{
		Body:      []byte(`<Response onAnswer="https://receiver.example/answer" onHangup="/hangup"/>`),
		MediaType: "application/xml",
	})
	fmt.Println(d.Response.OnAnswer.Text)
	for _, p := range d.Problems {
		fmt.Printf("%d:%d %s: want %s, got %s\n", p.Pos.Line, p.Pos.Column, p.Rule, p.Want, p.Got)
	}
	// Output:
	// https://receiver.example/answer
	// 1:54 following.hangup-url: want an absolute http or https URL, got the relative URL "/hangup"
}
