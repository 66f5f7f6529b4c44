package push

// IsEmergency reports whether a dialled number is the police or the fire brigade. sipgate sends no push about such a call.
//
// See push-api: What about Emergency calls?
func IsEmergency(number string) bool { return number == "110" || number == "112" }

// IsE164 reports whether a number is written as sipgate writes numbers in pushes: country code first, 7 to 15 digits, no plus
// sign. Real pushes have others too: "anonymous", SIP ids, internal numbers of two digits, an empty from.
func IsE164(number string) bool {
	if len(number) < 7 || len(number) > 15 || number[0] == '0' {
		return false
	}
	for i := range len(number) {
		if number[i] < '0' || number[i] > '9' {
			return false
		}
	}
	return true
}
