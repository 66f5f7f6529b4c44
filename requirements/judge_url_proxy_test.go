package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
)

func TestFindingAboutAFollowUpURLAtTheTLSProxyIsWaived(t *testing.T) {
	t.Parallel()
	notPublic := "not applicable: the receiver's own address is not public"
	const waived = "must waived by --allow-http"
	httpTarget := requirements.Target{Origins: []string{"http://receiver.example:8080"}, AllowHTTP: true}
	twoURLsTarget := requirements.Target{Origins: []string{"http://receiver.example:8080", "http://receiver.example:8081"}, AllowHTTP: true}
	unparsableTarget := requirements.Target{Origins: []string{"%zz"}, AllowHTTP: true}
	httpForbiddenTarget := requirements.Target{Origins: httpTarget.Origins}
	tests := []struct {
		name, url string
		target    requirements.Target
		want      map[string]string
	}{
		{"host and port of the push URL: waived", "https://receiver.example:8080/follow", httpTarget,
			map[string]string{"following.https": waived, "following.reachable": waived, "following.reach-from-outside": notPublic}},
		{"host and port of the outgoing URL: waived", "https://receiver.example:8081/follow", twoURLsTarget,
			map[string]string{"following.https": waived, "following.reachable": waived, "following.reach-from-outside": notPublic}},
		{"another port: not judged", "https://receiver.example:8443/follow", httpTarget, map[string]string{"following.reach-from-outside": notPublic}},
		{"plain HTTP not allowed: not judged", "https://receiver.example:8080/follow", httpForbiddenTarget, map[string]string{"following.reach-from-outside": notPublic}},
		{"https push URL: following.https is met", followUpURL, receiver, map[string]string{"following.reach-from-outside": notPublic}},
		{"push URL that cannot be parsed: not judged", followUpURL, unparsableTarget, map[string]string{"following.reach-from-outside": notPublic}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, resultsExceptMet(requirements.JudgeFollowUpURL(test.url, nil, test.target))); diff != "" {
				t.Errorf("JudgeFollowUpURL(%q) mismatch (-want +got):\n%s", test.url, diff)
			}
		})
	}
}
