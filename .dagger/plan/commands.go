package plan

import "slices"

func (o Options) command(words []string, own flags) []string {
	return slices.Concat([]string{"firedrill"}, words, o.args(), own)
}

// Test says how a command that holds drills is to do so. Whom it notifies is a
// secret, which comes by FIREDRILL_NOTIFY_URL.
type Test struct {
	Nodes             int    // of the cluster that is made
	MaxMemory, MaxCPU string // that drills may take
	Format            string // of notifications
	FromNothing       bool   // only Nightly
	// Remembered says that the history of the nights before was handed in. How the last
	// one ended goes with it then, as the caches may end with the engine. Only Nightly.
	Remembered bool
}

func (t Test) flags() flags {
	return flags{}.text("--max-memory", t.MaxMemory).text("--max-cpu", t.MaxCPU).text("--notify-format", t.Format)
}

// DeployAndTest is firedrill deploy-and-test.
func DeployAndTest(o Options, t Test) []string {
	return o.command([]string{"deploy-and-test"}, t.flags().number("--nodes", t.Nodes))
}

// Nightly is firedrill nightly.
func Nightly(o Options, t Test) []string {
	f := t.flags().number("--nodes", t.Nodes).on("--from-nothing", t.FromNothing)
	f = f.text("--history", History)
	if t.Remembered {
		f = f.text("--notify-state", History)
	}
	return o.command([]string{"nightly"}, f)
}

// Drills say which drills are held, and how.
type Drills struct {
	Names                        []string
	Parallel, Repeat             int
	DryRun, Recover, PageForReal bool
	Against, Namespace           string
}

// Drill is firedrill drill.
func Drill(o Options, t Test, d Drills) []string {
	f := t.flags().number("--parallel", d.Parallel).number("--repeat", d.Repeat).on("--dry-run", d.DryRun).on("--recover", d.Recover)
	f = f.text("--against", d.Against).text("--namespace", d.Namespace).on("--page-for-real", d.PageForReal)
	return o.command(append([]string{"drill"}, d.Names...), f)
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

// ScanManifests is firedrill scan manifests.
func ScanManifests(o Options) []string { return o.command([]string{"scan", "manifests"}, nil) }

// ScanImages is firedrill scan images, with the database of vulnerabilities if
// one was handed in.
func ScanImages(o Options, database bool) []string {
	return o.command([]string{"scan", "images"}, flags{}.path("--vuln-db", database))
}

// ScanCluster is firedrill scan cluster.
func ScanCluster(o Options) []string { return o.command([]string{"scan", "cluster"}, nil) }
