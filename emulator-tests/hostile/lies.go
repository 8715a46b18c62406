package hostile

// Lies are the ways to cheat that need no more than the store, by name. Some remember what went by: each call of Lies
// gives new ones.
func Lies() map[string]Lie {
	return map[string]Lie{
		"honest": Honest,

		"offer: the first bit of the nonce flipped":  changing("offer", flip(2)),
		"offer: a bit in the middle flipped":         changing("offer", flip(300)),
		"offer: the last bit flipped":                changing("offer", flip(-1)),
		"offer: half of it":                          changing("offer", func(p []byte) []byte { return p[:len(p)/2] }),
		"offer: version 0":                           changing("offer", head(0, version)),
		"offer: version 2":                           changing("offer", head(2, version)),
		"offer: the suite of the other kind of room": changing("offer", otherSuite),
		"offer: a suite that does not exist":         changing("offer", head(9, suite)),
		"offer: withheld":                            without("offer"),

		"answer: the first bit of the nonce flipped":  changing("answer", flip(2)),
		"answer: the last bit flipped":                changing("answer", flip(-1)),
		"answer: version 0":                           changing("answer", head(0, version)),
		"answer: the suite of the other kind of room": changing("answer", otherSuite),
		"answer: the offer, mirrored":                 mirrored(),
		"answer: withheld":                            without("answer"),

		"batches: a bit flipped":              changing("batch", flip(-1)),
		"batches: moved to another number":    renumbered(false),
		"batches: again under another number": renumbered(true),
		"batches: withheld":                   without("batch"),
		"link: under another id":              renamed(),
		"link: another key of the caller":     changing("callerKey", flip(0)),
		"link: another uid of the caller":     ofKind(kindLink, fixed("caller", "somebody")),
		"link: closed as full":                closed("full"),
		"link: closed as left":                closed("left"),
		"link: closed as failed":              closed("failed"),
		"members: another key":                ofKind(kindMember, changing("key", flip(0))),
		"members: withheld":                   ofKind(kindMember, func(Message) []Message { return nil }),
		"members: somebody who is not there":  ofKind(kindMember, crowded),

		"code: another nonce":               ofKind(kindCode, changing("nonce", flip(0))),
		"guess: another share":              ofKind(kindGuess, changing("share", flip(0))),
		"guess: another answer":             changing("answer", flip(0)),
		"guess: another tag of the creator": changing("answerTag", flip(0)),
		"guess: another tag of the joiner":  changing("tag", flip(0)),
		"guess: another secret":             changing("secret", flip(-1)),

		"room: over": ofKind(kindRoom, fixed("state", "closed")),
	}
}
