package requirements_test

import (
	"fmt"

	"github.com/pushcheck/pushcheck/requirements"
)

func ExampleFind() {
	r, ok := requirements.Find("following.hangup-url")
	fmt.Println(ok, r.Level)
	fmt.Println(r.Statement)
	// Output:
	// true must
	// The receiver gives onHangup an absolute URL.
}
