package mail

import (
	"bytes"
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// crlf writes a mail as it comes over the wire.
func crlf(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		raw  []byte
		want message
	}{
		"plain": {
			crlf("Subject: [FIRING:1] WebsiteDown", "", "It is down."),
			message{"firing", "[FIRING:1] WebsiteDown", "It is down.\n"},
		},
		"encoded subject and body": {
			crlf("Subject: =?UTF-8?q?[RESOLVED]_Webs=C3=A9ite?=", "Content-Type: text/plain; charset=UTF-8",
				"Content-Transfer-Encoding: quoted-printable", "", "caf=C3=A9"),
			message{"resolved", "[RESOLVED] Webséite", "café\n"},
		},
		"base64 and Latin-1": {
			crlf("Subject: x", "Content-Type: text/plain; charset=ISO-8859-1",
				"Content-Transfer-Encoding: base64", "", "Y2Fm6Q=="),
			message{"", "x", "café"},
		},
		"header before subject": {
			crlf("Subject: [FIRING:1] x", "X-Alert-Status: resolved", "", ""),
			message{"resolved", "[FIRING:1] x", "\n"},
		},
		"a status later in the subject": {
			crlf("Subject: minutes of [firing] meeting", "", "x"),
			message{"", "minutes of [firing] meeting", "x\n"},
		},
		"plain text before HTML": {
			crlf("Subject: x", `Content-Type: multipart/alternative; boundary="b"`, "",
				"--b", "Content-Type: text/html", "", "<p>no</p>",
				"--b", "Content-Type: text/plain", "Content-Transfer-Encoding: quoted-printable", "", "yes=21",
				"--b--"),
			message{"", "x", "yes!"},
		},
		"HTML within a part, beside a picture": {
			crlf("Subject: x", `Content-Type: multipart/mixed; boundary="a"`, "",
				"--a", "Content-Type: image/png", "", "PNG",
				"--a", `Content-Type: multipart/alternative; boundary="b"`, "",
				"--b", "Content-Type: text/html", "", "<p>only</p>", "--b--",
				"--a--"),
			message{"", "x", "<p>only</p>"},
		},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, parse(c.raw)) })
	}
}

// What drills read: the plain text of both senders, in either encoding.
func TestParseSenders(t *testing.T) {
	for name, c := range map[string]struct {
		raw  []byte
		want message
	}{
		"as Alertmanager sends it": {
			crlf("To: alertmanager@firedrill.example", "Subject: =?utf-8?q?[FIRING:1]_WebsiteDown_(demo)?=", "Mime-Version: 1.0",
				"Content-Type: multipart/alternative; boundary=3c1f", "",
				"--3c1f", "Content-Transfer-Encoding: quoted-printable", "Content-Type: text/plain; charset=UTF-8", "",
				"[firing] Website website is down", "dashboard_url: http://localhost:3000/d/website/website?viewPanel=3D1=",
				"&var-namespace=3Ddemo", "--3c1f--"),
			message{
				"firing", "[FIRING:1] WebsiteDown (demo)",
				"[firing] Website website is down\ndashboard_url: http://localhost:3000/d/website/website?viewPanel=1&var-namespace=demo",
			},
		},
		"as Grafana sends it": {
			crlf("Subject: [RESOLVED] WebsiteDown Alarms", "MIME-Version: 1.0", "Content-Type: multipart/alternative;",
				" boundary=7e2a", "",
				"--7e2a", "Content-Transfer-Encoding: quoted-printable", "Content-Type: text/html; charset=UTF-8", "", "<p>=F0=9F=94=A5</p>",
				"--7e2a", "Content-Transfer-Encoding: base64", "Content-Type: text/plain; charset=UTF-8", "",
				"KDEpIFJlc29sdmVkCgpzdW1t", "YXJ5ID0gVXAK", "--7e2a--"),
			message{"resolved", "[RESOLVED] WebsiteDown Alarms", "(1) Resolved\n\nsummary = Up\n"},
		},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, parse(c.raw)) })
	}
}

// Whatever comes is kept, and ends up as text that JSON can carry.
func TestParseBrokenMails(t *testing.T) {
	for name, c := range map[string]struct {
		raw  []byte
		text string
	}{
		"no header":             {[]byte("hello \xff"), "hello \uFFFD"},
		"empty":                 {nil, ""},
		"boundary missing":      {crlf("Content-Type: multipart/mixed", "", "--b", "", "x"), ""},
		"boundary never closed": {crlf(`Content-Type: multipart/mixed; boundary="b"`, "", "--b", "", "x"), ""},
		"bad base64":            {crlf("Content-Transfer-Encoding: base64", "", "***"), "***\n"},
		"bad type":              {crlf("Content-Type: ;;", "", "x"), "x\n"},
		"unknown charset":       {crlf("Content-Type: text/plain; charset=klingon", "", "\xe9"), "\uFFFD\n"},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.text, parse(c.raw).text) })
	}
}

func TestPartsWithinPartsEnd(t *testing.T) {
	var lines []string
	for range 100 {
		lines = append(lines, `Content-Type: multipart/mixed; boundary="b"`, "", "--b")
	}
	require.Empty(t, parse(crlf(append(lines, "", "deep")...)).text)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("Subject: x\r\n\r\ny"))
	f.Add(crlf("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "x", "--b--"))
	f.Add(crlf("Subject: =?utf-8?b?/w==?=", "Content-Transfer-Encoding: base64", "", "/w=="))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := parse(raw)
		if _, err := mail.ReadMessage(bytes.NewReader(raw)); err != nil {
			require.Equal(t, valid(raw), m.text, "what is no mail is kept as it came")
		}
		require.Equal(t, strings.ToValidUTF8(m.text, "?"), m.text)
		require.Equal(t, strings.ToValidUTF8(m.subject, "?"), m.subject)
	})
}
