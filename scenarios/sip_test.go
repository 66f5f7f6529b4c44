package scenarios

import "testing"

func TestSIPIDIsSplitAfterTheNumberOfTheAccount(t *testing.T) {
	t.Parallel()
	for id, want := range map[string][2]string{
		"1234567e0": {"1234567", "e0"}, "12345p123": {"12345", "p123"},
		"1234e0": {}, "1234567w0": {}, "1234567e": {}, "x1234567e0": {}, "1234567e0x": {}, "": {},
	} {
		account, extension, ok := CutSIPID(id)
		if got := [2]string{account, extension}; got != want || ok != (want[0] != "") {
			t.Errorf("CutSIPID(%q) = %q, %q, %t, want %q", id, account, extension, ok, want)
		}
	}
}
