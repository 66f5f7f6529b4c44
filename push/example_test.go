package push_test

import (
	"fmt"

	"github.com/pushcheck/pushcheck/push"
)

// A receiver reads the form of a push.
func ExampleParseForm() {
	form, err := push.ParseForm([]byte("event=newCall&direction=in&from=491713920001&to=493023125001&callId=12111955&user%5B%5D=Doc"))
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := push.FromForm(form)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Event, p.From, p.Users)
	// Output: newCall 491713920001 [Doc]
}
