package push_test

import (
	"errors"
	"testing"

	"github.com/pushcheck/pushcheck/push"
)

func TestAlteredPushDiffersInOneDigitAndDoesNotVerify(t *testing.T) {
	t.Parallel()
	genuine, signature := push.GenuinePush()
	altered, same := push.AlteredGenuinePush()
	differ := 0
	for i := range genuine {
		if i < len(altered) && genuine[i] != altered[i] {
			differ++
		}
	}
	if len(altered) != len(genuine) || differ != 1 || same != signature {
		t.Errorf("%d of %d bytes differ from the %d of the genuine push, want 1, under the same signature", differ, len(altered), len(genuine))
	}
	var wrong *push.SignatureError
	if err := push.Verify(push.SipgateKey(), altered, same); !errors.As(err, &wrong) || wrong.Flaw != push.OtherBody {
		t.Errorf("Verify() = %v, want %q", err, push.OtherBody)
	}
}
