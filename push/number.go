package push

// IsEmergency reports whether a dialled number is an emergency number, 110 or 112. sipgate sends no push for an emergency call (documented:
// sipgate Push API, "What about emergency calls?").
func IsEmergency(number string) bool { return number == "110" || number == "112" }

// IsE164 reports whether a number is in the format that sipgate usually writes in pushes: 7 to 15 digits that begin with the country code,
// without a plus sign. Real pushes also contain "anonymous", SIP ids, internal numbers of two digits, and an empty from.
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
