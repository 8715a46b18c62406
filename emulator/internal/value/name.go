package value

import (
	"cmp"
	"strconv"
	"strings"
)

// The limits of names (https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields).
const (
	MaxIDBytes   = 1500     // one collection or document id
	MaxNameBytes = 6 * 1024 // all ids of a document and the slashes between them
	MaxLevels    = 100      // collections on the way to a document
)

// documentsSegment stands between the database and the path of a document.
const documentsSegment = "documents"

// databaseSegments are projects, its id, databases, its id.
const databaseSegments = 4

// Name is the parsed name of a document, or of the root of a database, which is the parent of the top-level
// collections and has no ids.
type Name struct {
	Database string   // projects/{project}/databases/{database}
	IDs      []string // collection, document, collection, document, …
}

// String is the name as it stands on the wire; of a root, that with /documents at its end.
func (n Name) String() string {
	if len(n.IDs) == 0 {
		return n.Database + "/" + documentsSegment
	}
	return n.Database + "/" + documentsSegment + "/" + strings.Join(n.IDs, "/")
}

// ParseName reads the name of a document and checks it against the limits: ids of 1 to [MaxIDBytes] bytes,
// not "." or "..", not reserved (__.+__, save numeric document ids), at most [MaxNameBytes] and [MaxLevels].
// The error is an [InvalidError].
func ParseName(name string) (Name, error) {
	n, err := ParseParent(name)
	if err == nil && len(n.IDs) == 0 {
		return Name{}, invalidf(RuleName, "Document name %q lacks a collection and a document id.", name)
	}
	return n, err
}

// ParseParent reads what a query or a list has as parent: the name of a document, or a database's root.
// The error is an [InvalidError].
func ParseParent(name string) (Name, error) {
	segments := strings.Split(name, "/")
	if len(segments) <= databaseSegments || segments[0] != "projects" || segments[1] == "" ||
		segments[2] != "databases" || segments[3] == "" || segments[4] != documentsSegment {
		return Name{}, invalidf(RuleName,
			"Resource name %q does not begin with projects/{project}/databases/{database}/documents.", name)
	}
	database, ids := strings.Join(segments[:databaseSegments], "/"), segments[databaseSegments+1:]
	if len(ids)%2 != 0 {
		return Name{}, invalidf(RuleName, "Document name %q ends with a collection id.", name)
	}
	if len(ids) > 2*MaxLevels {
		return Name{}, invalidf(RuleName, "Key path is too long. Cannot exceed %d elements.", MaxLevels)
	}
	if len(name)-len(database)-len("/"+documentsSegment+"/") > MaxNameBytes {
		return Name{}, invalidf(RuleName, "Document name is longer than %d bytes.", MaxNameBytes)
	}
	for i, id := range ids {
		check := ValidateDocumentID
		if i%2 == 0 {
			check = ValidateCollectionID
		}
		if err := check(id); err != nil {
			return Name{}, err
		}
	}
	return Name{Database: database, IDs: ids}, nil
}

// ValidateDocumentID checks one document id. Numeric ids, __id7__, are what imports from Datastore have.
// The error is an [InvalidError].
func ValidateDocumentID(id string) error {
	if _, numeric := numericID(id); numeric {
		return nil
	}
	return validateID("Document", id)
}

// ValidateCollectionID checks one collection id. The error is an [InvalidError].
func ValidateCollectionID(id string) error { return validateID("Collection", id) }

func validateID(kind, id string) error {
	switch {
	case id == "":
		return invalidf(RuleName, "%s id is empty.", kind)
	case len(id) > MaxIDBytes:
		return invalidf(RuleName, "%s id is longer than %d bytes.", kind, MaxIDBytes)
	case strings.Contains(id, "/"):
		return invalidf(RuleName, "%s id %q is invalid because it contains \"/\".", kind, id)
	case id == "." || id == ".." || isReserved(id):
		return invalidf(RuleName, "%s id %q is invalid because it is reserved.", kind, id)
	default:
		return nil
	}
}

// isReserved tells whether s matches __.+__. Production's documentation says __.*__, but ____ is accepted.
func isReserved(s string) bool {
	return len(s) > 4 && strings.HasPrefix(s, "__") && strings.HasSuffix(s, "__")
}

// numericID is n of __idn__: a nonzero int64 in its shortest form.
func numericID(id string) (int64, bool) {
	digits, found := strings.CutPrefix(id, "__id")
	if !found {
		return 0, false
	}
	digits, found = strings.CutSuffix(digits, "__")
	if !found {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n != 0 && strconv.FormatInt(n, 10) == digits
}

// CompareNames orders names as references and __name__ are ordered: id by id, numeric ids before all others
// and by their number, others by code point; a parent before what is below it. Names of other databases
// compare by project, then database.
func CompareNames(a, b string) int {
	for {
		aID, aRest, aMore := strings.Cut(a, "/")
		bID, bRest, bMore := strings.Cut(b, "/")
		if c := compareIDs(aID, bID); c != 0 {
			return c
		}
		if !aMore || !bMore {
			return compareBooleans(aMore, bMore)
		}
		a, b = aRest, bRest
	}
}

func compareIDs(a, b string) int {
	if a == b {
		return 0
	}
	aNumber, aNumeric := numericID(a)
	bNumber, bNumeric := numericID(b)
	switch {
	case aNumeric && bNumeric:
		return cmp.Compare(aNumber, bNumber)
	case aNumeric:
		return -1
	case bNumeric:
		return 1
	default:
		return strings.Compare(a, b)
	}
}
