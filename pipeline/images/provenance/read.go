package provenance

import (
	"errors"
	"fmt"

	predicate "github.com/in-toto/attestation/go/predicates/provenance/v1"
	intoto "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"firedrill/pipeline/images/inputs"
)

// Read reads a statement that Write has made.
func Read(text []byte) (Provenance, error) {
	p, err := read(text)
	if err != nil {
		return Provenance{}, fmt.Errorf("read the provenance: %w", err)
	}
	return p, nil
}

func read(text []byte) (p Provenance, err error) {
	var statement intoto.Statement
	if err := protojson.Unmarshal(text, &statement); err != nil {
		return p, err
	}
	if err := statement.Validate(); err != nil {
		return p, err
	}
	if statement.GetPredicateType() != predicateType {
		return p, fmt.Errorf("it is a statement of type %q, wanted %q", statement.GetPredicateType(), predicateType)
	}
	var said predicate.Provenance
	if err := recode(statement.GetPredicate(), &said); err != nil {
		return p, err
	}
	if err := said.Validate(); err != nil {
		return p, err
	}
	build := said.GetBuildDefinition()
	if build.GetBuildType() != buildType {
		return p, fmt.Errorf("the build is of type %q, wanted %q", build.GetBuildType(), buildType)
	}
	if len(statement.GetSubject()) != 1 {
		return p, errors.New("it is about several images")
	}
	subject := statement.GetSubject()[0]
	p = Provenance{
		Image: subject.GetName(), Digest: subject.GetDigest()[inputs.SHA256],
		Platform: build.GetExternalParameters().GetFields()["platform"].GetStringValue(),
		Key:      build.GetInternalParameters().GetFields()["key"].GetStringValue(),
	}
	for _, d := range build.GetResolvedDependencies() {
		p.Inputs = append(p.Inputs, inputs.Input{Name: d.GetUri() + d.GetName(), Digest: d.GetDigest()})
	}
	return p, nil
}
