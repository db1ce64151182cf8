package cli

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"firedrill/internal/golden"
	"firedrill/pipeline"
)

func TestDrillList(t *testing.T) {
	content := inEmptyFolder(t)
	out, progress, err := firedrill(t, "drill", "--list", "--content", content)
	require.NoError(t, err)
	require.Empty(t, progress)
	golden.Equal(t, filepath.Join(testdata, "drill-list.txt"), out)

	out, _, err = firedrill(t, "drill", "--list", "--content", content, "web-down")
	require.NoError(t, err)
	require.NotContains(t, out, "cart-down")
	require.Empty(t, whatIsHere(t))
}

func TestImagesOfAnEmptyCache(t *testing.T) {
	inEmptyFolder(t)
	for _, args := range [][]string{{"images", "list"}, {"images", "prune"}, {"images", "prune", "--all"}} {
		out, said, err := firedrill(t, args...)
		require.NoError(t, err)
		golden.Equal(t, filepath.Join(testdata, strings.Join(args, "-")+".txt"), said+out)
	}
	require.Empty(t, whatIsHere(t))
}

func TestReportIsWrittenAgainBesideItsEvents(t *testing.T) {
	events, err := os.ReadFile("../pipeline/report/testdata/events.jsonl")
	require.NoError(t, err)
	inEmptyFolder(t)
	require.NoError(t, os.Mkdir("old", 0o755))
	require.NoError(t, os.WriteFile("old/events.jsonl", events, 0o600))
	out, progress, err := firedrill(t, "report", "old/events.jsonl")
	require.NoError(t, err)
	require.Empty(t, progress)
	require.Equal(t, "old/report.html\n", out)
	for _, file := range []string{"report.html", "summary.json", "junit.xml"} {
		require.FileExists(t, filepath.Join("old", file))
	}
}

// TestReportAddsARunToTheJobsPage, as one in a container could not.
func TestReportAddsARunToTheJobsPage(t *testing.T) {
	events, err := os.ReadFile("../pipeline/report/testdata/events.jsonl")
	require.NoError(t, err)
	want, err := os.ReadFile("../pipeline/report/testdata/events/github-summary.md")
	require.NoError(t, err)
	inEmptyFolder(t)
	require.NoError(t, os.WriteFile("events.jsonl", events, 0o600))
	t.Setenv("GITHUB_STEP_SUMMARY", "page.md")
	_, _, err = firedrill(t, "report", "events.jsonl")
	require.NoError(t, err)
	require.NoFileExists(t, "page.md", "this is no job")

	t.Setenv("GITHUB_ACTIONS", "true")
	_, _, err = firedrill(t, "report", "events.jsonl")
	require.NoError(t, err)
	page, err := os.ReadFile("page.md")
	require.NoError(t, err)
	require.Equal(t, string(want), string(page))
}

// closedPort is a cluster that is not there.
const closedPort = `apiVersion: v1
kind: Config
current-context: gone
clusters: [{name: gone, cluster: {server: "http://127.0.0.1:1"}}]
contexts: [{name: gone, context: {cluster: gone, user: nobody}}]
users: [{name: nobody, user: {}}]
`

// TestAFailureIsShownOnce: the progress says why a step failed, the last line
// where the report is.
func TestAFailureIsShownOnce(t *testing.T) {
	content := inEmptyFolder(t)
	require.NoError(t, os.WriteFile("gone", []byte(closedPort), 0o600))
	out, progress, err := firedrill(t, "deploy", "--content", content, "--kubeconfig", "gone", "--out", "here")
	require.EqualError(t, err, "step deploy failed; the report is here/report.html")
	require.Empty(t, out)
	require.Equal(t, 1, strings.Count(progress, "connection refused"), progress)
	require.FileExists(t, "here/report.html")
}

func TestAfterARunTheLastLineSaysWhereTheReportIs(t *testing.T) {
	inEmptyFolder(t)
	var progress strings.Builder
	f := &flags{stderr: &progress, options: pipeline.Options{Out: "here"}}
	require.NoError(t, f.reported(func(pipeline.Options) error { return nil }))
	require.Equal(t, "the report is here/report.html\n", progress.String())
}

func TestBriefLeavesOutOnlyWhatWasShown(t *testing.T) {
	failure := &pipeline.Failure{Step: "drill", Err: errors.New("the alarm never came")}
	full := errors.New("write out/report.html: no space left on device")
	for _, c := range []struct {
		err  error
		want string
	}{
		{full, "write out/report.html: no space left on device"},
		{failure, "step drill failed; see above"},
		{&pipeline.Failure{Err: full}, "failed; see above"},
		{errors.Join(errors.Join(failure, nil), full), "step drill failed; see above\nwrite out/report.html: no space left on device"},
	} {
		require.EqualError(t, brief(c.err, "see above"), c.want)
	}
	require.NoError(t, brief(nil, "see above"))
}

func TestVersion(t *testing.T) {
	out, _, err := firedrill(t, "version")
	require.NoError(t, err)
	require.Contains(t, out, "built by go1.")

	commit := []debug.BuildSetting{{Key: "vcs.revision", Value: "c0ffee"}}
	for want, build := range map[string]debug.BuildInfo{
		"firedrill v1.2.3, built by go1.26":                        {GoVersion: "go1.26", Main: debug.Module{Version: "v1.2.3"}},
		"firedrill of commit c0ffee, built by go1.26":              {GoVersion: "go1.26", Main: debug.Module{Version: "(devel)"}, Settings: commit},
		"firedrill of commit c0ffee with changes, built by go1.26": {GoVersion: "go1.26", Settings: append(commit, debug.BuildSetting{Key: "vcs.modified", Value: "true"})},
		"firedrill of unknown version, built by go1.26":            {GoVersion: "go1.26"},
	} {
		require.Equal(t, want, describe(&build))
	}
}
