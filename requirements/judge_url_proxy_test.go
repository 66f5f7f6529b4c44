package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
)

func TestFollowUpURLOfAReceiverBehindATLSProxyIsWaived(t *testing.T) {
	t.Parallel()
	private := "not applicable: the receiver's own address is not public"
	const waived = "must waived by --allow-http"
	plain := requirements.Target{Origins: []string{"http://receiver.example:8080"}, AllowHTTP: true}
	both := requirements.Target{Origins: []string{"http://receiver.example:8080", "http://receiver.example:8081"}, AllowHTTP: true}
	unread := requirements.Target{Origins: []string{"%zz"}, AllowHTTP: true}
	forbidden := requirements.Target{Origins: plain.Origins}
	tests := []struct {
		name, url string
		target    requirements.Target
		want      map[string]string
	}{
		{"the push URL's host and port", "https://receiver.example:8080/follow", plain,
			map[string]string{"following.https": waived, "following.reachable": waived, "following.reach-from-outside": private}},
		{"the outgoing URL's host and port", "https://receiver.example:8081/follow", both,
			map[string]string{"following.https": waived, "following.reachable": waived, "following.reach-from-outside": private}},
		{"another port", "https://receiver.example:8443/follow", plain, map[string]string{"following.reach-from-outside": private}},
		{"plain HTTP is not allowed", "https://receiver.example:8080/follow", forbidden, map[string]string{"following.reach-from-outside": private}},
		{"an https push URL", followUp, receiver, map[string]string{"following.reach-from-outside": private}},
		{"a push URL that cannot be read", followUp, unread, map[string]string{"following.reach-from-outside": private}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, exceptMet(requirements.JudgeFollowUpURL(test.url, nil, test.target))); diff != "" {
				t.Errorf("JudgeFollowUpURL(%q) mismatch (-want +got):\n%s", test.url, diff)
			}
		})
	}
}
