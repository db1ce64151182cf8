package dashboards

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-openapi/loads"
	"github.com/go-openapi/spec"
	"github.com/go-openapi/strfmt"
	"github.com/go-openapi/validate"
	"github.com/stretchr/testify/require"
)

// description loads Grafana's own description of its HTTP API out of the
// module that testdata/contract pins.
var description = sync.OnceValues(func() (*spec.Swagger, error) {
	var said bytes.Buffer
	cmd := exec.Command("go", "mod", "download", "-json")
	cmd.Dir = filepath.Join("testdata", "contract")
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s%s", cmd, err, out, &said)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return nil, err
	}
	doc, err := loads.Spec(filepath.Join(module.Dir, "public", "api-merged.json"))
	if err != nil {
		return nil, err
	}
	// The description says that a saved dashboard's id is a string. Grafana, in
	// every version, answers a number, and its client wants one.
	saved := doc.Spec().Responses["postDashboardResponse"]
	id := saved.Schema.Properties["id"]
	id.Type, id.Example = spec.StringOrArray{"integer"}, nil
	saved.Schema.Properties["id"] = id
	return doc.Spec(), nil
})

// call is a request that keeps the contract.
type call struct {
	operation string
	last      string // part of the path: a uid
	body      map[string]any
	text      []byte
}

// contract is a server that checks what it is asked, and what it answers,
// against Grafana's description.
type contract struct {
	*httptest.Server
	spec *spec.Swagger
	// answer stands in for Grafana: what it says to an operation.
	answer func(call) (status int, answer string)

	mu      sync.Mutex
	asked   []string
	broken  []string
	headers http.Header
}

func newContract(t *testing.T, answer func(call) (int, string)) *contract {
	t.Helper()
	described, err := description()
	require.NoError(t, err)
	c := &contract{spec: described, answer: answer}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

// ServeHTTP answers 418 to whatever breaks the contract, and keeps the reason.
func (c *contract) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.headers = r.Header
	operation, template := c.operation(r)
	if operation == nil {
		c.refuse(w, "no operation %s %s", r.Method, r.URL.Path)
		return
	}
	c.asked = append(c.asked, r.Method+" "+template)
	for name := range r.URL.Query() {
		known := func(p spec.Parameter) bool { return p.Name == name && p.In == "query" }
		if !slices.ContainsFunc(operation.Parameters, known) && !strings.Contains(template, "/resources/") {
			c.refuse(w, "request %s: no parameter %s", operation.ID, name)
			return
		}
	}
	text, _ := io.ReadAll(r.Body)
	body, err := c.checkBody(operation, text)
	if err != nil {
		c.refuse(w, "request %s: %v", operation.ID, err)
		return
	}
	status, answer := c.answer(call{operation.ID, path.Base(r.URL.Path), body, text})
	if err := c.checkAnswer(operation, status, answer); err != nil {
		c.refuse(w, "answer to %s: %v", operation.ID, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, answer)
}

func (c *contract) refuse(w http.ResponseWriter, format string, args ...any) {
	c.broken = append(c.broken, fmt.Sprintf(format, args...))
	w.WriteHeader(http.StatusTeapot)
}

// operation finds what the description calls the request.
func (c *contract) operation(r *http.Request) (*spec.Operation, string) {
	asked := strings.Split(strings.TrimPrefix(r.URL.Path, c.spec.BasePath), "/")
	for template, item := range c.spec.Paths.Paths {
		parts := strings.Split(template, "/")
		// What is asked of a data source's own API has any number of parts.
		more := strings.HasSuffix(template, "/resources/{datasource_proxy_route}") && len(asked) > len(parts)
		match := (len(parts) == len(asked) || more) && strings.HasPrefix(r.URL.Path, c.spec.BasePath)
		for i := 0; match && i < len(parts); i++ {
			match = parts[i] == asked[i] || strings.HasPrefix(parts[i], "{")
		}
		byMethod := map[string]*spec.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodDelete: item.Delete}
		if match && byMethod[r.Method] != nil {
			return byMethod[r.Method], template
		}
	}
	return nil, ""
}

// checkBody is stricter than the description in one thing: a key that it does
// not have is a mistake of the client.
func (c *contract) checkBody(operation *spec.Operation, text []byte) (map[string]any, error) {
	var body map[string]any
	for _, p := range operation.Parameters {
		if p.In != "body" {
			continue
		}
		if err := json.Unmarshal(text, &body); err != nil {
			return nil, fmt.Errorf("the body is no JSON object: %w", err)
		}
		schema, err := spec.ResolveRef(c.spec, &p.Schema.Ref)
		if err != nil {
			return nil, err
		}
		strict := *schema
		strict.AdditionalProperties = &spec.SchemaOrBool{Allows: false}
		return body, c.valid(&strict, body)
	}
	return nil, nil
}

func (c *contract) checkAnswer(operation *spec.Operation, status int, text string) error {
	described, ok := operation.Responses.StatusCodeResponses[status]
	if !ok {
		return fmt.Errorf("status %d is not described", status)
	}
	response, err := spec.ResolveResponse(c.spec, described.Ref)
	if err != nil {
		return err
	}
	var answer any
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		return err
	}
	// What a data source answers is its own; and data comes in another form than
	// the description derives from Grafana's types.
	if response.Schema == nil || status == http.StatusOK && operation.ID == "queryMetricsWithExpressions" {
		return nil
	}
	return c.valid(response.Schema, answer)
}

func (c *contract) valid(schema *spec.Schema, value any) error {
	return validate.NewSchemaValidator(schema, c.spec, "", strfmt.Default).Validate(value).AsError()
}

func TestTheContractServerRefusesWhatIsWrong(t *testing.T) {
	folder := func(call) (int, string) {
		return http.StatusOK, `{"uid": "firedrill", "title": "firedrill"}`
	}
	tests := map[string]struct {
		method, path, body string
		answer             func(call) (int, string)
		broken             string
	}{
		"all well":             {http.MethodPost, "/api/folders", `{"title": "firedrill"}`, folder, ""},
		"no such path":         {http.MethodPost, "/api/folder", `{}`, folder, "no operation"},
		"no such method":       {http.MethodPost, "/api/folders/x", `{}`, folder, "no operation"},
		"no body":              {http.MethodPost, "/api/folders", ``, folder, "no JSON object"},
		"a key misspelt":       {http.MethodPost, "/api/folders", `{"titel": "x"}`, folder, "titel"},
		"a value of no use":    {http.MethodPost, "/api/dashboards/db", `{"overwrite": "yes"}`, folder, "overwrite"},
		"a dashboard as text":  {http.MethodPost, "/api/dashboards/db", `{"dashboard": "{}"}`, folder, "dashboard"},
		"a parameter unknown":  {http.MethodGet, "/api/search?typ=dash-db", ``, folder, "no parameter typ"},
		"an answer not whole":  {http.MethodPost, "/api/dashboards/db", `{"dashboard": {}}`, folder, "answer to postDashboard"},
		"a status not in it":   {http.MethodPost, "/api/folders", `{"title": "x"}`, func(call) (int, string) { return 404, `{}` }, "status 404"},
		"an answer ill formed": {http.MethodGet, "/api/folders/x", ``, func(call) (int, string) { return 200, `{"id": "one"}` }, "answer to getFolderByUID"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newContract(t, test.answer)
			request, err := http.NewRequestWithContext(t.Context(), test.method, c.URL+test.path, strings.NewReader(test.body))
			require.NoError(t, err)
			response, err := c.Client().Do(request)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			if test.broken == "" {
				require.Empty(t, c.broken)
				require.Equal(t, http.StatusOK, response.StatusCode)
				return
			}
			require.Equal(t, http.StatusTeapot, response.StatusCode)
			require.Len(t, c.broken, 1)
			require.Contains(t, c.broken[0], test.broken)
		})
	}
}
