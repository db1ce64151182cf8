package dashboards

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/go-openapi/runtime"
	transport "github.com/go-openapi/runtime/client"
	"github.com/grafana/grafana-openapi-client-go/client"
	"github.com/grafana/grafana-openapi-client-go/client/folders"
	"github.com/grafana/grafana-openapi-client-go/models"
)

// grafana is a Grafana behind its HTTP API.
type grafana struct {
	url string
	api *client.GrafanaHTTPAPI
}

// newGrafana prepares the client. The transport is made here because the
// client's own constructor changes http.DefaultTransport for the whole program.
func newGrafana(o Options) (*grafana, error) {
	at, err := url.Parse(o.URL)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
		return nil, fmt.Errorf("address of Grafana: %q is not of the form http://host:port", o.URL)
	}
	if at.User != nil {
		return nil, errors.New("address of Grafana: leave the user and password out of it, messages show it; GRAFANA_TOKEN takes the token of a service account")
	}
	t := transport.NewWithClient(at.Host, path.Join("/", at.Path, "api"), []string{at.Scheme}, o.Client)
	// Answers are read to their end: to hang up earlier looks, to whoever forwards
	// the connection, like something that broke.
	t.Transport = transport.KeepAliveTransport(t.Transport)
	t.Debug = false // the library would turn it on by an environment variable
	switch {
	case o.Token != "":
		t.DefaultAuthentication = transport.BearerToken(o.Token)
	case o.User != "":
		t.DefaultAuthentication = transport.BasicAuth(o.User, o.Password)
	}
	return &grafana{url: o.URL, api: client.New(t, client.DefaultTransportConfig(), nil)}, nil
}

// folder makes sure that there is a folder with that title.
func (g *grafana) folder(ctx context.Context, title string) (uid string, created bool, err error) {
	uid = folderUID(title)
	_, err = g.api.Folders.GetFolderByUIDWithParams(folders.NewGetFolderByUIDParamsWithContext(ctx).WithFolderUID(uid))
	if err == nil {
		return uid, false, nil
	}
	var missing *folders.GetFolderByUIDNotFound
	if !errors.As(err, &missing) {
		return "", false, g.failed(fmt.Sprintf("look for folder %q", title), err)
	}
	body := &models.CreateFolderCommand{UID: uid, Title: title}
	if _, err := g.api.Folders.CreateFolderWithParams(folders.NewCreateFolderParamsWithContext(ctx).WithBody(body)); err != nil {
		return "", false, g.failed(fmt.Sprintf("create folder %q", title), err)
	}
	return uid, true, nil
}

func (g *grafana) removeFolder(ctx context.Context, uid string) error {
	if _, err := g.api.Folders.DeleteFolder(folders.NewDeleteFolderParamsWithContext(ctx).WithFolderUID(uid)); err != nil {
		return g.failed(fmt.Sprintf("delete folder %q", uid), err)
	}
	return nil
}

// folderUID makes a uid out of a title, so that the next run finds the folder.
func folderUID(title string) string {
	uid := strings.Map(func(r rune) rune {
		if r < 128 && uidForm.MatchString(string(r)) {
			return r
		}
		return '-'
	}, strings.ToLower(title))
	return uid[:min(len(uid), 40)]
}

// failed says what was tried, where, and what Grafana said to it.
func (g *grafana) failed(what string, err error) error {
	said := err.Error()
	var answer interface {
		GetPayload() *models.ErrorResponseBody
	}
	var status interface{ Code() int }
	var other *runtime.APIError
	switch {
	case errors.As(err, &answer) && errors.As(err, &status) && answer.GetPayload().Message != nil:
		said = fmt.Sprintf("status %d: %s%s", status.Code(), *answer.GetPayload().Message, refusal(status.Code()))
	case errors.As(err, &other):
		said = fmt.Sprintf("status %d, which Grafana's API does not describe", other.Code)
	}
	return &Refused{What: what, URL: g.url, Said: said, cause: err}
}

// refusal says what to do where it is not the request that is wrong.
func refusal(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "; give it the token of one of its service accounts, in GRAFANA_TOKEN"
	case http.StatusForbidden:
		return "; the service account of the token needs the role Editor"
	}
	return ""
}

// Refused is the error for a request that Grafana did not carry out.
type Refused struct {
	What, URL, Said string
	cause           error
}

// Error names the request, the Grafana and its answer.
func (r *Refused) Error() string {
	return fmt.Sprintf("%s in Grafana at %s: %s", r.What, r.URL, r.Said)
}

// Unwrap returns the client's own error.
func (r *Refused) Unwrap() error { return r.cause }
