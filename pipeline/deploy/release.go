// Package deploy installs Helm releases in the order of their needs.
//
// Independent releases go side by side. All that can be known to be wrong
// without a cluster is found before anything is touched (see Validate). A
// release has ended well when its objects are ready (see the package ready);
// one that fails says which pod and container is to blame. Those that need it
// are then skipped; the others run to their end, so that one run tells of every
// fault there is. A release that failed stays as it is, to be looked at, and
// the next Deploy upgrades it. One that may become ready later is only installed;
// AwaitLater waits for it.
package deploy

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"firedrill/pipeline/strict"
)

// DefaultTimeout is how long a release may take to be ready if it says nothing.
const DefaultTimeout = 3 * time.Minute

// Release is one Helm release as firedrill.yaml lists it.
type Release struct {
	Name      string `yaml:"name" json:"name" jsonschema:"required,minLength=1,maxLength=53,pattern=^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" jsonschema_description:"Name of the release."`
	Namespace string `yaml:"namespace" json:"namespace" jsonschema:"required,minLength=1,maxLength=63,pattern=^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" jsonschema_description:"Namespace of the release. It is created when it does not exist."`
	// Chart says where the chart comes from; see chartFolder for the forms.
	Chart string `yaml:"chart" json:"chart" jsonschema:"required,minLength=1" jsonschema_description:"Folder of the chart, relative to this file; with a module, inside that."`
	// Module is given where the chart lies in one.
	Module *Module `yaml:"module,omitempty" json:"module,omitempty" jsonschema_description:"The pinned Go module that the chart lies in, if it is no folder of this file's."`
	// Values are files; a later one overrules an earlier one.
	Values []string `yaml:"values,omitempty" json:"values,omitempty" jsonschema_description:"Files with values for the chart, relative to this file; a later one overrules an earlier one."`
	// Set overrules the files.
	Set map[string]any `yaml:"set,omitempty" json:"set,omitempty" jsonschema_description:"Values for the chart; they overrule the files."`
	// Needs are the names of the releases that must be ready before.
	Needs []string `yaml:"needs,omitempty" json:"needs,omitempty" jsonschema:"uniqueItems=true" jsonschema_description:"Names of the releases that must be ready before this one is installed."`
	// Timeout is the time from the release's start until it must be ready.
	Timeout strict.Duration `yaml:"timeout,omitempty" json:"timeout,omitzero" jsonschema_description:"How long the release may take until it is ready; 3m when not given."`
	// Ready is empty or later: nothing waits for the release until AwaitLater.
	Ready string `yaml:"ready,omitempty" json:"ready,omitempty" jsonschema:"enum=later" jsonschema_description:"With later, it is installed and nothing waits for it until the step ready, at the end of the run."`
	// Because is why.
	Because string `yaml:"because,omitempty" json:"because,omitempty" jsonschema_description:"Why it may become ready later; needed then."`
}

// Module is a pinned Go module with a chart in it.
type Module struct {
	Path string `yaml:"path" json:"path" jsonschema:"required,minLength=1" jsonschema_description:"Path of the module, such as github.com/cert-manager/cert-manager."`
	Pins string `yaml:"pins" json:"pins" jsonschema:"required,minLength=1" jsonschema_description:"Folder whose go.mod and go.sum pin the module, relative to this file; best that of its images."`
	CRDs string `yaml:"crds,omitempty" json:"crds,omitempty" jsonschema_description:"Folder inside the module with the CRDs that belong to the chart and are not in it."`
	// dir is where Fetch has laid the chart out; failed is that it could not.
	dir    string
	failed bool
}

// ChartFolder is the folder that Helm reads the chart from; relative paths start
// from dir. That of a module's chart is known after Fetch.
func (r Release) ChartFolder(dir string) string {
	if r.Module != nil {
		return r.Module.dir
	}
	return within(dir, r.Chart)
}

// ChartSource is the chart as messages name it.
func (r Release) ChartSource() string {
	if r.Module != nil {
		return r.Module.Path + "/" + r.Chart
	}
	return r.Chart
}

// timeout is the time that the release really has.
func (r Release) timeout() time.Duration { return r.Timeout.Or(DefaultTimeout) }

// withTimeout is ctx for as long as the release has.
func (r Release) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, r.timeout(), fmt.Errorf("the release's timeout of %s has passed", r.timeout()))
}

// within returns a path of the release as seen from the folder that relative
// paths start from.
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// Action is what Deploy did to a release.
type Action string

// The actions.
const (
	Installed Action = "installed"
	Upgraded  Action = "upgraded"
	Unchanged Action = "unchanged"
)

// Result is what became of a release.
type Result struct {
	Name      string
	Namespace string
	Chart     string
	Version   string
	Revision  int
	Action    Action
	// Seconds is the time from the start of the release until it was ready,
	// without the wait for those that it needs.
	Seconds float64
	// At is the time from the start of Deploy until it was ready.
	At      float64
	Objects int
	// Ready lists the objects that had to be waited for, in the order in which
	// they became ready.
	Ready []Ready
	// Order counts the releases as they became ready, from 1.
	Order int
	// Later says that it was installed and not waited for.
	Later bool
}

// Ready is an object and how long after the start of its release it was ready.
type Ready struct {
	// Object is kind/name, such as Deployment/website.
	Object  string
	Seconds float64
}
