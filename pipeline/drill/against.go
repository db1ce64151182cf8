package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"firedrill/pipeline/drill/fault"
)

// Against says how drills are held on a cluster that others use too.
type Against struct {
	// Namespace is the only one in which faults may change anything.
	Namespace string
	// Named tells that the drills were named: one that must not be held there is
	// then an error; else it is left out.
	Named bool
	// PageForReal lets alarms go where they go when it is no drill. Without
	// it, they must be marked as a drill's and led away from everybody else.
	PageForReal bool
}

// Touched are the objects that one fault of a drill would change.
type Touched struct {
	Drill   string         `json:"drill"`
	Fault   string         `json:"fault"`
	Objects []fault.Object `json:"objects"`
}

// LeftOut is a drill that is not held on a cluster that others use too.
type LeftOut struct {
	Drill string
	Why   error
}

// Touches says what each fault of the drills would change now, and where that is
// written down, and which are left out because they would change something outside
// of the namespace; it changes nothing.
func Touches(ctx context.Context, o Options, drills []Drill) (all []Touched, left []LeftOut, err error) {
	_, left, err = o.allowed(drills, func(d Drill) error {
		touched, err := o.touches(ctx, d)
		all = append(append(all, recorded(d)), touched...)
		return err
	})
	all = slices.DeleteFunc(all, func(t Touched) bool {
		return slices.ContainsFunc(left, func(l LeftOut) bool { return l.Drill == t.Drill })
	})
	return all, left, err
}

// recorded is what is written down of a drill, wherever it is held.
func recorded(d Drill) Touched {
	return Touched{Drill: d.Name, Fault: "write down what its undo must know", Objects: []fault.Object{{
		Kind: "ConfigMap", Namespace: recordNamespace, Name: recordPrefix + d.Name,
		Change: "created, with its namespace if that is not there, which stays, and deleted after the undo",
	}}}
}

// touches says what each fault of the drill would change. It is an error if
// that is outside of the namespace where they may.
func (o Options) touches(ctx context.Context, d Drill) ([]Touched, error) {
	c := o.Servers.Cluster
	c.Drill = d.Name
	var all []Touched
	var errs []error
	var coming fault.Coming
	for _, spec := range slices.Concat(d.Setup, d.Faults, d.During) {
		f, err := (broken{Spec: spec}).only()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		objects, err := coming.Touches(ctx, c, f)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: what it would touch: %w", f, err))
			continue
		}
		touched := Touched{Drill: d.Name, Fault: f.String(), Objects: objects}
		all = append(all, touched)
		errs = append(errs, o.outside(touched))
	}
	return all, errors.Join(errs...)
}

// outside names what would be changed where nothing may.
func (o Options) outside(t Touched) error {
	if o.Against == nil {
		return nil
	}
	var errs []error
	for _, object := range t.Objects {
		if object.Namespace != o.Against.Namespace && (object.Kind != "Namespace" || object.Name != o.Against.Namespace) {
			errs = append(errs, fmt.Errorf("its fault (%s) touches %s, which is not in namespace %s", t.Fault, pathOf(object), o.Against.Namespace))
		}
	}
	return errors.Join(errs...)
}

// allowed are the drills that nothing speaks against. On a cluster that others
// use too the rest is left out, or refused if it was named.
func (o Options) allowed(drills []Drill, against func(Drill) error) (held []Drill, left []LeftOut, err error) {
	var errs []error
	for _, d := range drills {
		switch err := against(d); {
		case err == nil:
			held = append(held, d)
		case o.Against == nil:
			errs = append(errs, fmt.Errorf("drill %s: %w", d.Name, err))
		case o.Against.Named:
			errs = append(errs, fmt.Errorf("drill %s is refused: %w", d.Name, err))
		default:
			left = append(left, LeftOut{d.Name, err})
		}
	}
	if len(held) == 0 && len(left) > 0 {
		errs = append(errs, fmt.Errorf("all %d drills are left out: none of them can be held within namespace %s alone; each has its reason, and --namespace may name another",
			len(left), o.Against.Namespace))
	}
	return held, left, errors.Join(errs...)
}

// refuse returns the drills as they can be held, or why a named one must not
// be on a cluster that others use too. There the ways are those whose alarms
// can be marked: Prometheus alone relabels what goes to its Alertmanager.
func (o Options) refuse(ctx context.Context, drills []Drill) (held []Drill, left []LeftOut, err error) {
	if o.Against == nil {
		return drills, nil, nil
	}
	if o.Against.Namespace == "" {
		return nil, nil, errors.New("the namespace is missing: name the only one in which the drills may change anything, with --namespace")
	}
	held, left, err = o.allowed(drills, func(d Drill) error {
		_, err := o.touches(ctx, d)
		if o.marks() {
			err = errors.Join(err, o.marked(ctx, d))
		}
		return err
	})
	for i := range held {
		if o.marks() {
			held[i].Ways = []string{WayPrometheus}
		}
	}
	return held, left, err
}

// pathOf is an object as kubectl users write it.
func pathOf(o fault.Object) string {
	if o.Namespace == "" {
		return o.Kind + " " + o.Name
	}
	return fmt.Sprintf("%s %s/%s", o.Kind, o.Namespace, o.Name)
}
