package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/smtp"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/apps/inbox/mailbox"
	"firedrill/apps/inbox/read"
	"firedrill/apps/program/programtest"
)

// next reads one page, and waits for it.
func next(t *testing.T, address string, since int64) mailbox.Page {
	t.Helper()
	response, err := http.Get("http://" + address + read.Path + "?wait=30s&since=" + strconv.FormatInt(since, 10))
	require.NoError(t, err)
	defer response.Body.Close()
	var page mailbox.Page
	require.NoError(t, json.NewDecoder(response.Body).Decode(&page))
	return page
}

// A reader that waits gets what comes by either channel, over real ports.
func TestInbox(t *testing.T) {
	addresses := programtest.Start(t, "inbox", configure,
		[]string{"-listen=127.0.0.1:0", "-listen-smtp=127.0.0.1:0", "-drain=0s"}, "serving HTTP", "serving SMTP")
	web, mail := addresses[0], addresses[1]
	sent := make(chan error, 1)

	go func() { sent <- post("http://"+web+"/webhook/website", `{"status":"firing"}`) }()
	page := next(t, web, 0)
	require.NoError(t, <-sent)
	require.Equal(t, "website", page.Notifications[0].Receiver)

	go func() {
		sent <- smtp.SendMail(mail, nil, "a@demo", []string{"b@inbox"}, []byte("Subject: [RESOLVED] x\r\n\r\ny\r\n"))
	}()
	page = next(t, web, page.Last)
	require.NoError(t, <-sent)
	require.Equal(t, mailbox.Resolved, page.Notifications[0].Status)
	require.EqualValues(t, 2, page.Last)
}

// Whoever watches raises the alarm over real ports, too.
func TestInboxRaisesAnAlarm(t *testing.T) {
	path := filepath.Join(t.TempDir(), "heartbeat.yaml")
	require.NoError(t, os.WriteFile(path, []byte("{receiver: heartbeat, rule: {alert: HeartbeatMissing, for: 1ms}}"), 0o600))
	addresses := programtest.Start(t, "inbox", configure,
		[]string{"-listen=127.0.0.1:0", "-listen-smtp=127.0.0.1:0", "-drain=0s", "-heartbeat=" + path}, "serving HTTP", "serving SMTP")
	page := next(t, addresses[0], 0)
	require.Equal(t, "inbox", page.Notifications[0].Receiver)
	require.Contains(t, string(page.Notifications[0].Body), `"alertname":"HeartbeatMissing"`)
}

func post(url, body string) error {
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusAccepted {
		return errors.New(response.Status)
	}
	return response.Body.Close()
}
