// Package provenance says what an image was built from and by what, as an
// in-toto statement with a predicate of SLSA, and reads such statements.
//
// The same build gives the same text: there is no time and no place in it.
package provenance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	predicate "github.com/in-toto/attestation/go/predicates/provenance/v1"
	intoto "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"firedrill/pipeline/images/inputs"
)

// MediaType is that of a statement.
const MediaType = "application/vnd.in-toto+json"

const (
	predicateType = "https://slsa.dev/provenance/v1"
	// buildType is a recipe (image.yaml) made into an image by package assemble.
	buildType = "urn:firedrill:build:image.yaml:1"
	builderID = "urn:firedrill:builder"
)

// Provenance is what is said of one image.
type Provenance struct {
	Image    string // its name
	Digest   string // of its manifest, in hexadecimal digits
	Platform string // such as linux/amd64
	// Key stands for all inputs: two images of one key are the same.
	Key    string
	Inputs []inputs.Input
}

// Is tells whether it is about the image of that name and digest.
func (p Provenance) Is(image string, digest v1.Hash) bool {
	return p.Image == image && p.Digest == digest.Hex
}

// Write makes the statement.
func (p Provenance) Write() ([]byte, error) {
	text, err := p.write()
	if err != nil {
		return nil, fmt.Errorf("write the provenance of %s: %w", p.Image, err)
	}
	return text, nil
}

func (p Provenance) write() ([]byte, error) {
	asked, err := structpb.NewStruct(map[string]any{"image": p.Image, "platform": p.Platform, "recipe": "image.yaml"})
	if err != nil {
		return nil, err
	}
	made, err := structpb.NewStruct(map[string]any{"key": p.Key})
	if err != nil {
		return nil, err
	}
	said := &predicate.Provenance{
		BuildDefinition: &predicate.BuildDefinition{
			BuildType: buildType, ExternalParameters: asked, InternalParameters: made, ResolvedDependencies: descriptors(p.Inputs),
		},
		RunDetails: &predicate.RunDetails{Builder: &predicate.Builder{Id: builderID, Version: version()}},
	}
	content := &structpb.Struct{}
	if err := recode(said, content); err != nil {
		return nil, err
	}
	statement := &intoto.Statement{
		Type: intoto.StatementTypeUri, PredicateType: predicateType, Predicate: content,
		Subject: []*intoto.ResourceDescriptor{{Name: p.Image, Digest: map[string]string{inputs.SHA256: p.Digest}}},
	}
	if err := errors.Join(said.Validate(), statement.Validate()); err != nil {
		return nil, err
	}
	text, err := protojson.Marshal(statement)
	if err != nil {
		return nil, err
	}
	// protojson puts blanks in at random, so that nobody relies on its text.
	var compact bytes.Buffer
	err = json.Compact(&compact, text)
	return compact.Bytes(), err
}

// version is that of this program, and of what compiled it.
func version() map[string]string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	return map[string]string{"firedrill": build.Main.Version, "go": build.GoVersion}
}

// purl is how names of what somebody else has made begin.
const purl = "pkg:"

func descriptors(all []inputs.Input) []*intoto.ResourceDescriptor {
	var found []*intoto.ResourceDescriptor
	for _, i := range all {
		d := &intoto.ResourceDescriptor{Digest: i.Digest}
		if strings.HasPrefix(i.Name, purl) {
			d.Uri = i.Name
		} else {
			d.Name = i.Name
		}
		found = append(found, d)
	}
	return found
}

// recode makes a message of another that has the same JSON.
func recode(from, to proto.Message) error {
	text, err := protojson.Marshal(from)
	if err != nil {
		return err
	}
	return protojson.Unmarshal(text, to)
}
