package plan

import "slices"

func (o Options) command(words []string, own flags) []string {
	return slices.Concat([]string{"firedrill"}, words, o.args(), own)
}

// DeployAndTest is firedrill deploy-and-test. Whom it notifies is a secret,
// which comes by FIREDRILL_NOTIFY_URL; the same goes for the commands below.
func DeployAndTest(o Options, nodes int, format string) []string {
	return o.command([]string{"deploy-and-test"}, flags{}.number("--nodes", nodes).text("--notify-format", format))
}

// Nightly is firedrill nightly.
func Nightly(o Options, nodes int, fromNothing bool, format string) []string {
	f := flags{}.number("--nodes", nodes).on("--from-nothing", fromNothing).text("--notify-format", format)
	return o.command([]string{"nightly"}, f.text("--history", History))
}

// Drill is firedrill drill.
func Drill(o Options, names []string, format string) []string {
	return o.command(append([]string{"drill"}, names...), flags{}.text("--notify-format", format))
}

// ImagesBuild is firedrill images build.
func ImagesBuild(o Options) []string { return o.command([]string{"images", "build"}, nil) }

// Doctor is firedrill doctor --fix: it installs what the base lacks, and says
// what cannot be mended.
func Doctor(o Options) []string {
	o.Name = ""
	return o.command([]string{"doctor"}, flags{"--fix"})
}

// Panels say which panels of which Grafana are asked for what.
type Panels struct {
	Dir, From, To, Within, GrafanaURL string
	Variables                         []string
	Allowed                           bool // a file was handed in
}

// DashboardsCheck is firedrill dashboards check.
func DashboardsCheck(o Options, p Panels) []string {
	f := flags{}.text("--dir", p.Dir).text("--grafana-url", p.GrafanaURL).text("--from", p.From).text("--to", p.To)
	f = f.each("--var", p.Variables).text("--within", p.Within).path("--allowed", p.Allowed)
	return o.command([]string{"dashboards", "check"}, f)
}
