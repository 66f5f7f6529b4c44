package push_test

import (
	"errors"
	"testing"

	"github.com/pushcheck/pushcheck/push"
)

func TestAlteredPushDiffersInOneDigitAndItsSignatureIsInvalid(t *testing.T) {
	t.Parallel()
	genuine, signature := push.GenuinePush()
	altered, alteredSignature := push.AlteredGenuinePush()
	differences := 0
	for i := range genuine {
		if i < len(altered) && genuine[i] != altered[i] {
			differences++
		}
	}
	if len(altered) != len(genuine) || differences != 1 || alteredSignature != signature {
		t.Errorf("%d bytes differ, with %d bytes instead of %d, want 1 other byte, the same length and the same signature", differences, len(altered), len(genuine))
	}
	var signatureError *push.SignatureError
	if err := push.Verify(push.SipgateKey(), altered, alteredSignature); !errors.As(err, &signatureError) || signatureError.Flaw != push.OtherBody {
		t.Errorf("Verify() = %v, want %q", err, push.OtherBody)
	}
}
