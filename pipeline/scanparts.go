package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"firedrill/pipeline/event"
	"firedrill/pipeline/kube"
	"firedrill/pipeline/scan"
	"firedrill/pipeline/scan/kubescape"
	"firedrill/pipeline/scan/policy"
	"firedrill/pipeline/scan/popeye"
	"firedrill/pipeline/scan/rbac"
	"firedrill/pipeline/scan/render"
	"firedrill/pipeline/scan/trivy"
)

// notOurs are paths below the content's folder with YAML that is nobody's
// manifest: test data is bad on purpose, and reports are written again.
var notOurs = []string{".*", "testdata", "node_modules", "out", "schemas", "policies", "bin"}

// parts is the table of contents of all scans. What they lay out is removed by
// done.
func (w *scanning) parts(sink event.Sink) (parts []scan.Part, done func(), err error) {
	work, err := os.MkdirTemp("", "firedrill-scan-")
	if err != nil {
		return nil, nil, fmt.Errorf("make room for scans: %w", err)
	}
	for _, name := range w.what.Scans {
		switch name {
		case policy.Manifests:
			parts = append(parts, scan.Part{Scan: name, Scanner: trivy.Name, Do: w.manifests(filepath.Join(work, "manifests"))})
		case policy.Images:
			parts = append(parts, scan.Part{Scan: name, Scanner: trivy.Name, Do: w.storedImages})
		case policy.Cluster:
			parts = append(parts,
				scan.Part{Scan: name, Scanner: kubescape.Name, Do: w.byKubescape(filepath.Join(work, "kubescape"))},
				scan.Part{Scan: name, Scanner: popeye.Name, Do: w.byPopeye(filepath.Join(work, "popeye"))})
		case policy.RBAC:
			parts = append(parts, scan.Part{Scan: name, Scanner: "matrix", Do: w.rights(sink)})
		}
	}
	return parts, func() { _ = os.RemoveAll(work) }, nil
}

type doing = func(ctx context.Context, progress func(string)) (scan.Found, error)

// manifests renders every chart with every values file and has the result
// checked. Charts that do not render do not keep the others from being checked.
func (w *scanning) manifests(dir string) doing {
	return func(ctx context.Context, progress func(string)) (found scan.Found, err error) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return found, err
		}
		documents, lying := render.Lay(render.Options{Dir: w.content.Dir, Releases: w.content.Releases, Skip: notOurs, Into: dir})
		if len(documents) == 0 {
			return found, lying
		}
		progress(fmt.Sprintf("%d manifests", len(documents)))
		checker, err := w.trivy("manifests")
		if err != nil {
			return found, errors.Join(lying, err)
		}
		found.Findings, err = checker.Manifests(ctx, dir, documents)
		found.Looked = fmt.Sprintf("%d manifests, %d findings", len(documents), len(found.Findings))
		return found, errors.Join(lying, err)
	}
}

func (w *scanning) trivy(cache string) (trivy.Trivy, error) {
	program, err := w.program(trivyImage)
	return trivy.Trivy{Program: program, Runner: scan.Nice{Runner: w.runner}, Cache: w.scanDir("trivy", cache)}, err
}

func (w *scanning) byKubescape(home string) doing {
	return func(ctx context.Context, progress func(string)) (found scan.Found, err error) {
		files, err := w.policyFiles()
		if err != nil {
			return found, err
		}
		policies := filepath.Join(home, "policies")
		if err := kubescape.Assemble(files, policies); err != nil {
			return found, err
		}
		program, err := w.program(kubescapeImage)
		if err != nil {
			return found, err
		}
		progress("frameworks " + fmt.Sprint(kubescape.Frameworks))
		checker := kubescape.Kubescape{
			Program: program, Runner: scan.Nice{Runner: w.runner}, Policies: policies, Home: home,
			Kubeconfig: w.kubeconfig(), Namespaces: w.namespaces(),
		}
		list, scores, err := checker.Scan(ctx)
		found.Findings, found.Scores = list, map[string]policy.Score{}
		for _, s := range scores {
			found.Scores[s.Framework] = policy.NewScore(s.Controls, s.Passed)
			found.Looked += fmt.Sprintf("%s %s, ", s.Framework, found.Scores[s.Framework])
		}
		found.Looked += fmt.Sprintf("%d findings", len(list))
		return found, err
	}
}

func (w *scanning) byPopeye(home string) doing {
	return func(ctx context.Context, _ func(string)) (found scan.Found, err error) {
		if err := os.MkdirAll(home, 0o755); err != nil {
			return found, err
		}
		program, err := w.program(popeyeImage)
		if err != nil {
			return found, err
		}
		looker := popeye.Popeye{
			Program: program, Runner: scan.Nice{Runner: w.runner}, Home: home, Kubeconfig: w.kubeconfig(), Namespaces: w.namespaces(),
		}
		list, score, err := looker.Scan(ctx)
		if err != nil {
			return found, err
		}
		return scan.Found{Findings: list, Hygiene: &score, Looked: fmt.Sprintf("score %d, %d findings", score, len(list))}, nil
	}
}

// rights asks the cluster who may do what; each subject is an item.
func (w *scanning) rights(sink event.Sink) doing {
	return func(ctx context.Context, _ func(string)) (found scan.Found, err error) {
		config, err := w.rest()
		if err != nil {
			return found, err
		}
		client, err := kube.Client(config)
		if err != nil {
			return found, err
		}
		answers, err := rbac.Ask(ctx, client, w.matrix)
		if err != nil {
			return found, err
		}
		wrong := map[string][]error{}
		var subjects []string
		for _, a := range answers {
			if _, known := wrong[a.Right.Subject]; !known {
				subjects = append(subjects, a.Right.Subject)
			}
			wrong[a.Right.Subject] = append(wrong[a.Right.Subject], a.Err())
		}
		var errs []error
		for _, subject := range subjects {
			errs = append(errs, sink.Start("rights of "+subject).End(errors.Join(wrong[subject]...), nil))
		}
		found.Looked = fmt.Sprintf("%d rights", len(answers))
		return found, errors.Join(errs...)
	}
}

// namespaces are those of the releases, each once.
func (w *scanning) namespaces() []string {
	var names []string
	for _, r := range w.content.Releases {
		names = append(names, r.Namespace)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// beforeFile keeps what was found of this content for the next scan.
func (w *scanning) beforeFile() string {
	path, err := filepath.Abs(w.options.Content)
	if err != nil {
		path = w.options.Content // as good, as long as nobody changes the folder
	}
	sum := sha256.Sum256([]byte(path))
	return w.scanDir("before-" + hex.EncodeToString(sum[:6]) + ".json")
}
