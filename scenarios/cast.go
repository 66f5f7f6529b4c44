package scenarios

// Person is somebody in a story.
type Person struct {
	Name    string
	Number  string // E.164 digits without plus sign
	UserID  string // such as "w0"; "" for people outside the account
	FullID  string // such as "1234567w0"
	Outside bool   // not a user of the receiver's account
}

// Cast is who is who: the people of all stories, by name.
type Cast map[string]Person
