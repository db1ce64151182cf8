package images

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"firedrill/pipeline/images/inputs"
	"firedrill/pipeline/images/provenance"
	"firedrill/pipeline/images/spec"
	"firedrill/pipeline/images/store"
)

// Verify checks every image of o.Specs in the store, and those of their parts
// that it has: each file is what its digest says, and one that was built here has
// a provenance, which is about this image and names the inputs that are there
// now. All that is wrong with any of them comes back.
//
// An image that a registry gave has no provenance of ours; its task is skipped
// then, or fails where that is demanded.
func Verify(ctx context.Context, o Options, demanded bool) error {
	o = o.withDefaults()
	done, err := o.Store.images.Use()
	if err != nil {
		return err
	}
	defer done()
	v, err := newVerifier(ctx, o)
	if err != nil {
		return err
	}
	var errs []error
	for _, u := range v.units {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		task := o.Sink.Start(u.Name)
		e, there := v.entries[u.Name]
		switch {
		case !there && u.Spec.Host:
			task.Skip("it is not in the store: the first scan that needs it gets it")
		case !there:
			errs = append(errs, task.End(fmt.Errorf("%s is not in the store, or not all of its files: `firedrill images build` gets it", u.Name), nil))
		case e.Source == string(Registry) && !demanded:
			if err := v.files(e); err != nil {
				errs = append(errs, task.End(err, nil))
				continue
			}
			task.Skip("its files are what they should be; a registry gave it, so there is no provenance of ours")
		default:
			errs = append(errs, task.End(errors.Join(v.files(e), v.provenance(e)), nil))
		}
	}
	return errors.Join(errs...)
}

// verifier knows what the store has and what it should have.
type verifier struct {
	store   *store.Store
	units   []inputs.Unit
	entries map[string]store.Entry
	keys    map[string]inputs.Keys
}

func newVerifier(ctx context.Context, o Options) (*verifier, error) {
	list, err := o.Store.images.List()
	if err != nil {
		return nil, err
	}
	v := &verifier{store: o.Store.images, entries: map[string]store.Entry{}}
	for _, e := range list {
		v.entries[e.Name] = e
	}
	var built []spec.Spec
	for _, s := range o.Specs {
		if v.entries[s.Name].Source == string(FromSource) {
			built = append(built, s)
		}
		for _, u := range inputs.Units(s) {
			// A part need not be there: it is in a layer of the whole.
			if e, there := v.entries[u.Name]; u.Name == s.Name || there && e.Source == v.entries[s.Name].Source {
				v.units = append(v.units, u)
			}
		}
	}
	v.keys, err = inputs.All(ctx, o.toolchain(), built)
	return v, err
}

func (v *verifier) files(e store.Entry) error {
	if err := v.store.Verify(e); err != nil {
		return fmt.Errorf("%s is not what its digest says: %w", e.Name, err)
	}
	return nil
}

func (v *verifier) provenance(e store.Entry) error {
	if e.Source == string(Registry) {
		return fmt.Errorf("%s has no provenance of ours, which is demanded: a registry gave it; `firedrill images build --images source` builds it", e.Name)
	}
	text, err := v.store.Attached(e, provenance.MediaType)
	if err != nil {
		return fmt.Errorf("the provenance of %s: %w", e.Name, err)
	}
	if text == nil {
		return fmt.Errorf("%s has no provenance: `firedrill images build` makes one", e.Name)
	}
	p, err := provenance.Read(text)
	if err != nil {
		return fmt.Errorf("%s: %w", e.Name, err)
	}
	if !p.Is(e.Name, e.Digest) {
		return fmt.Errorf("the provenance of %s is about another image: expected the subject %s with the digest %s, found %s with %s: `firedrill images build` makes a new one",
			e.Name, e.Name, e.Digest.Hex, p.Image, p.Digest)
	}
	return v.inputs(p)
}

// inputs compares what the image was built from with what is there now.
func (v *verifier) inputs(p provenance.Provenance) error {
	now := v.keys[p.Image]
	if p.Key == now.Image {
		return nil
	}
	const most = 3
	changed := p.Changes(now.Inputs)
	what := strings.Join(changed, ", ")
	if len(changed) > most {
		what = fmt.Sprintf("%s and %d more", strings.Join(changed[:most], ", "), len(changed)-most)
	}
	if what == "" {
		what = "what image.yaml says, or how it is built"
	}
	return fmt.Errorf("%s was built from other inputs than there are now: expected the key %s, found %s; changed: %s: `firedrill images build` builds it again",
		p.Image, now.Image, p.Key, what)
}
