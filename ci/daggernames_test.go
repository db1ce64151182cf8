package ci_test

// daggerCommands are the commands that functions of the Dagger module run.
var daggerCommands = map[string]string{
	"DeployAndTest":   "deploy-and-test",
	"Nightly":         "nightly",
	"Drill":           "drill",
	"Images":          "images build",
	"DashboardsCheck": "dashboards check",
	"ScanManifests":   "scan manifests",
	"ScanImages":      "scan images",
	"ScanCluster":     "scan cluster",
}

// daggerTargets are the targets of make that functions run.
var daggerTargets = map[string]string{"Build": "bin/firedrill", "Lint": "lint", "Test": "unit-test"}

// notInDagger are commands without a function, with the reason.
var notInDagger = map[string]string{
	"certificates rotate": "of a cluster that stands",
	"channels test":       "asks the channels of a cluster that stands",
	"completion":          "of a shell",
	"dashboards export":   "writes into the checkout, which a container has a copy of",
	"dashboards import":   "for the Grafana of a cluster that stands; deploy does it too",
	"dashboards lint":     "deploy-and-test does it before anything else",
	"deploy":              "a step of drill and shell: no cluster outlives a function",
	"doctor":              "part of each function that needs a machine",
	"down":                "part of each function that makes a cluster",
	"help":                "is --help",
	"images list":         "images returns the store",
	"images load":         "into a cluster that stands",
	"images prune":        "`dagger core engine local-cache prune` drops cache volumes",
	"images push":         "images returns the store",
	"images verify":       "of the store that images returns, on the machine that has it",
	"open":                "in the terminal of shell, or on a machine with a browser",
	"report":              "each run returns its report",
	"rules check":         "`make unit-test` does it, and so does the function test",
	"rules mutate":        "a tool for who writes rules, beside the file at hand",
	"scan rbac":           "asks the cluster that stands, as scan cluster does",
	"secrets rotate":      "for a cluster that stands",
	"up":                  "a step of drill and shell: no cluster outlives a function",
	"version":             "of the checkout",
}

// daggerFlags are flags that the module knows by another name, or not at all,
// with the reason. The rest has one name in both.
var daggerFlags = map[string]string{
	"check-only":       "each function does that first",
	"cache":            "the option of the same name is the cache volume",
	"engine":           "Podman in the container, or --docker",
	"kubeconfig-merge": "the container is nobody's home",
	"keep":             "a cluster ends with its container",
	"list":             "the drills are files in smoketests",
	"notify-state":     "with the history that is handed in, else on the cache volume",
	"out":              "the report is returned",
	"var":              "vars: the word is taken in Go",
	"json":             "the report has it",
	"help":             "is Dagger's",
}

// daggerArguments are arguments that the program has no flag for, with the reason.
var daggerArguments = map[string]string{
	"source": "the checkout", "base": "the container", "base-archive": "the container",
	"cache": "a cache volume", "storage": "a cache volume", "store": "what the cache volume begins with", "docker": "in place of --engine",
	"registry-user":     "the program reads Docker's config.json",
	"registry-password": "the program reads Docker's config.json",
	"keep-going":        "an error has no results in Dagger",
	"names":             "the arguments of drill",
	"vars":              "var",
	"grafana-token":     "the environment variable GRAFANA_TOKEN",
	"nodes":             "of the cluster that is made for the command",
}
