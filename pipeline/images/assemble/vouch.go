package assemble

import (
	"slices"
	"strings"

	"firedrill/pipeline/images/provenance"
	"firedrill/pipeline/images/store"
)

// Vouched tells whether the store has word, fit to be read, of what the image was
// built from.
func Vouched(s *store.Store, e store.Entry) bool {
	text, err := s.Attached(e, provenance.MediaType)
	if err != nil || text == nil {
		return false
	}
	p, err := provenance.Read(text)
	return err == nil && p.Is(e.Name, e.Digest)
}

// vouch attaches to an image what it was built from.
func (b Builder) vouch(e store.Entry, u unit, layers []finished) error {
	p := provenance.Provenance{
		Image: e.Name, Digest: e.Digest.Hex, Platform: "linux/" + b.Go.Arch, Key: e.Key, Inputs: slices.Clone(u.keys.Inputs),
	}
	for i, l := range layers {
		if d := u.Build.Layers[i].Debian; d != nil {
			p.Inputs = append(p.Inputs, provenance.Debian(d.Suite, strings.Fields(l.annotations[PackagesAnnotation]))...)
		}
	}
	text, err := p.Write()
	if err != nil {
		return err
	}
	return b.Store.Attach(e, provenance.MediaType, text)
}
