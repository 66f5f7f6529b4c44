package sender

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	maxSounds         = 8 // largest number of different URLs that are fetched in a run; there is a limit because a receiver may use a new URL for every call
	maxSoundRedirects = 3 // largest number of redirects that are followed; a sound may be redirected, because a GET contains no call data
)

// soundAgent is the User-Agent for fetching sounds. The User-Agent of sipgate is not known. Many servers refuse the default of net/http,
// because scanners use it.
const soundAgent = "pushcheck"

// soundDialer returns a dialer for sound files. Unlike pushDialer, it connects to any public host, and over plain HTTP. No push is sent
// through it.
func soundDialer(pushDialer Dialer) *Dialer {
	pushDialer.AnyPublic, pushDialer.Trust.AllowHTTP = true, true
	return &pushDialer
}

// claimSounds lists the URLs of the sound files in a response that the caller has to fetch. It lists each URL once in a run.
func (s *Sender) claimSounds(doc *response.Document) []string {
	if doc == nil || doc.Response == nil {
		return nil
	}
	var out []string
	for i, action := range doc.Response.Actions {
		if !doc.ActionHappens(i) {
			continue
		}
		var target response.URL
		switch a := action.(type) {
		case response.Play:
			target = a.URL
		case response.Gather:
			if a.Play != nil {
				target = a.Play.URL
			}
		}
		if target.Usable && s.claimFetch(target.Text) {
			out = append(out, target.Text)
		}
	}
	return out
}

// claimFetch reports whether the caller has to fetch a sound, and records the sound as fetched. It returns false if the sound was fetched
// before, or if maxSounds is reached.
func (s *Sender) claimFetch(urlText string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetchedSounds[urlText] || len(s.fetchedSounds) == maxSounds {
		return false
	}
	s.fetchedSounds[urlText] = true
	return true
}

// fetchSound fetches the beginning of a sound file. If ctx ends first, the sound has a LocalFailure and no Failure.
func (s *Sender) fetchSound(ctx context.Context, urlText string) (sound transcript.Sound) {
	runCtx := ctx
	defer func() {
		if runCtx.Err() != nil && sound.Failure != "" {
			sound = transcript.Sound{URL: sound.URL, LocalFailure: "the run was interrupted"}
		}
	}()
	u, err := url.Parse(urlText)
	if err != nil {
		return transcript.Sound{URL: urlText, Failure: err.Error()}
	}
	sound.URL = endpoint.Redact(u)
	u = s.urlBehindProxy(u)
	limits := s.opts.Limits.WithDefaults()
	ctx, cancel := context.WithTimeout(ctx, limits.Exchange)
	defer cancel()
	rt := s.opts.RoundTripper
	if rt == nil {
		dial := soundDialer(*s.dialer).dial
		dialFor := func(scheme string) func(context.Context, string, string) (net.Conn, error) {
			return func(ctx context.Context, _, addr string) (net.Conn, error) {
				return dial(ctx, &url.URL{Scheme: scheme, Host: addr})
			}
		}
		rt = &http.Transport{
			DialContext: dialFor("http"), DialTLSContext: dialFor("https"), DisableKeepAlives: true,
			MaxResponseHeaderBytes: limits.HeaderBytes,
		}
	}
	client := http.Client{Transport: rt, CheckRedirect: func(_ *http.Request, earlier []*http.Request) error {
		if len(earlier) > maxSoundRedirects {
			return fmt.Errorf("redirected more than %d times", maxSoundRedirects)
		}
		return nil
	}}
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil) // the URL was parsed above
	req.Header.Set("User-Agent", soundAgent)
	req.Header.Set("Accept", "audio/wav, audio/x-wav, audio/*;q=0.9, */*;q=0.1")
	res, err := client.Do(req)
	if err != nil {
		if forbidden := (*NotAllowedError)(nil); errors.As(err, &forbidden) {
			sound.NotAllowed = forbidden.Hint
			return sound
		}
		if failed := (*connectError)(nil); errors.As(err, &failed) && failed.Failure.IsLocal() {
			sound.LocalFailure = failed.Error()
			return sound
		}
		sound.Failure = errors.Unwrap(err).Error() // without the *url.Error, because its text repeats the URL
		return sound
	}
	defer res.Body.Close()
	sound.Status = res.StatusCode
	sound.Head, err = io.ReadAll(io.LimitReader(res.Body, transcript.SoundHeadBytes))
	sound.Kind = http.DetectContentType(sound.Head)
	if err != nil {
		sound.Failure = err.Error()
	}
	return sound
}
