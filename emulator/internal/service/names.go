package service

import (
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/parley-chat/parley/emulator/internal/value"
)

// database checks the name of a database: projects/P/databases/D.
func database(name string) (string, error) {
	parts := strings.Split(name, "/")
	if len(parts) != 4 || parts[0] != "projects" || parts[1] == "" || parts[2] != "databases" || parts[3] == "" {
		return "", status.Errorf(codes.InvalidArgument, "Invalid database name: %q.", name)
	}
	return name, nil
}

// document gives the database in which a document is.
func document(name string) (database string, err error) {
	parsed, err := value.ParseName(name)
	return parsed.Database, err
}

// parent gives the database of what collections lie below: the root or a document.
func parent(name string) (database string, err error) {
	parsed, err := value.ParseParent(name)
	return parsed.Database, err
}

// checkName checks that a name is a document's, and below the root of this database.
func checkName(root, name string) error {
	in, err := document(name)
	if err != nil {
		return err
	}
	if in+"/documents" != root {
		return status.Errorf(codes.InvalidArgument, "Document name %q is not in this database.", name)
	}
	return nil
}
