package differential_test

// rulesets are what worlds with clients are under, one after the other.
func rulesets() []string {
	return []string{
		`match /{all=**} { allow read, write: if request.auth != null; }`,
		`match /c/{id} {
		   allow get: if true;
		   allow list: if request.query.limit <= 10;
		   allow create: if request.auth.uid == 'alice' && request.resource.data.keys().hasAny(['a', 'n']);
		   allow update: if request.resource.data.diff(resource.data).affectedKeys().hasOnly(['a', 'b', 'c', 'n', 'at']);
		   allow delete: if request.auth.token.admin == true;
		 }`,
		`match /{path=**}/c/{id} { allow read: if request.auth.token.level > 1; }
		 match /c/{id} {
		   function known() { return exists(/databases/$(d)/documents/c/d); }
		   allow read: if known();
		   allow write: if known() && getAfter(/databases/$(d)/documents/c/$(id)).data.size() > 1;
		   match /e/{other} { allow read, write: if get(/databases/$(d)/documents/c/$(id)).data.size() > 2; }
		 }`,
		`match /c/{id} {
		   allow read: if resource == null || !('long' in resource.data);
		   allow list: if resource.data.n >= 0;
		   allow write: if resource == null || (request.resource != null && request.resource.data.get('n', 0) is number
		     && request.resource.data.get('at', request.time) <= request.time);
		 }
		 match /x/{y=**} { allow read, create: if request.auth.uid in ['alice', 'bob']; }`,
	}
}

// rulesOf are the rules of a seed's world, empty if only the administrator is in it.
func rulesOf(seed uint64) string {
	if !ruled(seed) {
		return ""
	}
	all := rulesets()
	return all[seed/4%uint64(len(all))]
}

// ruled tells whether the world of a seed has clients and rules.
func ruled(seed uint64) bool { return seed%4 == 3 }
