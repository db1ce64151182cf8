package mail

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"

	"firedrill/apps/inbox/mailbox"
)

// maxDepth bounds parts within parts.
const maxDepth = 5

// message is what the inbox keeps of a mail.
type message struct {
	status  string
	subject string
	text    string
}

// parse never fails: a mail that is broken is kept as it came.
func parse(raw []byte) message {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return message{text: valid(raw)}
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return message{text: valid(raw)}
	}
	text, _ := read(textproto.MIMEHeader(m.Header), body, maxDepth)
	subject := decode(m.Header.Get("Subject"))
	return message{
		status:  status(m.Header.Get("X-Alert-Status"), subject),
		subject: subject,
		text:    strings.ReplaceAll(text, "\r\n", "\n"), // lines as readers expect them
	}
}

// subjectStatus finds the status in the subjects that Alertmanager and Grafana
// write unless told otherwise: "[FIRING:1] …", "[RESOLVED] …".
var subjectStatus = regexp.MustCompile(`(?i)^\s*\[(firing|resolved)\b`)

// status prefers the header, which who configures the sender can set, to the
// subject.
func status(header, subject string) string {
	if s := mailbox.Status(header); s != "" {
		return s
	}
	if match := subjectStatus.FindStringSubmatch(subject); match != nil {
		return mailbox.Status(match[1])
	}
	return ""
}

// read returns the text of a part, and whether it is plain text. Of several
// parts it takes the first plain one, else the first that is any text.
func read(header textproto.MIMEHeader, body []byte, depth int) (text string, plain bool) {
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind = "text/plain" // as the standard has it for mails that don't say
	}
	switch {
	case strings.HasPrefix(kind, "multipart/") && depth > 0:
		return readParts(multipart.NewReader(bytes.NewReader(body), params["boundary"]), depth-1)
	case strings.HasPrefix(kind, "text/"):
		return charset(unpack(header.Get("Content-Transfer-Encoding"), body), params["charset"]), kind == "text/plain"
	}
	return "", false // a picture, a file
}

func readParts(parts *multipart.Reader, depth int) (text string, plain bool) {
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			return text, false // the end, or the end of what can be read
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return text, false
		}
		found, isPlain := read(part.Header, body, depth)
		if isPlain {
			return found, true
		}
		if text == "" {
			text = found
		}
	}
}

// unpack undoes the transfer encoding; what can't be undone stays as it is.
func unpack(encoding string, body []byte) []byte {
	var r io.Reader
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "quoted-printable":
		r = quotedprintable.NewReader(bytes.NewReader(body))
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, bytes.NewReader(body))
	default:
		return body
	}
	unpacked, err := io.ReadAll(r)
	if err != nil {
		return body
	}
	return unpacked
}

// charset makes UTF-8 of the text. The one other character set still met in
// alarm mails is Latin-1, of which every byte is the code point.
func charset(text []byte, name string) string {
	if strings.EqualFold(name, "iso-8859-1") {
		runes := make([]rune, len(text))
		for i, b := range text {
			runes[i] = rune(b)
		}
		return string(runes)
	}
	return valid(text)
}

func valid(text []byte) string { return strings.ToValidUTF8(string(text), "\uFFFD") }

// decode undoes the encoding of words in a header.
func decode(header string) string {
	decoded, err := new(mime.WordDecoder).DecodeHeader(header)
	if err != nil {
		return valid([]byte(header))
	}
	return valid([]byte(decoded))
}
