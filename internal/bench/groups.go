package bench

import "slices"

// group are measurements that share a name.
type group[T any] struct {
	name    string
	members []T
}

// groupedBy sorts measurements into groups by name, in the order of their first.
func groupedBy[T any](all []T, name func(T) string) []*group[T] {
	var groups []*group[T]
	for _, one := range all {
		i := slices.IndexFunc(groups, func(g *group[T]) bool { return g.name == name(one) })
		if i < 0 {
			i, groups = len(groups), append(groups, &group[T]{name: name(one)})
		}
		groups[i].members = append(groups[i].members, one)
	}
	return groups
}
