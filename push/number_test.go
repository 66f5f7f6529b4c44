package push

import "testing"

func TestEmergencyNumbersAndE164NumbersAreRecognized(t *testing.T) {
	t.Parallel()
	tests := []struct {
		number              string
		isEmergency, isE164 bool
	}{
		{"110", true, false},
		{"112", true, false},
		{"1120", false, false},
		{"115", false, false},
		{"493023125001", false, true},
		{"49110", false, false},
		{"+493023125001", false, false},
		{"00493023125001", false, false},
		{"1234567", false, true},
		{"123456789012345", false, true},
		{"1234567890123456", false, false},
		{"anonymous", false, false},
		{"1234567e0", false, false},
		{"11", false, false},
		{"", false, false},
	}
	for _, tt := range tests {
		if got := IsEmergency(tt.number); got != tt.isEmergency {
			t.Errorf("IsEmergency(%q) = %t, want %t", tt.number, got, tt.isEmergency)
		}
		if got := IsE164(tt.number); got != tt.isE164 {
			t.Errorf("IsE164(%q) = %t, want %t", tt.number, got, tt.isE164)
		}
	}
}
