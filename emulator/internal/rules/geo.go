package rules

import "math"

const earthRadius = 6_371_009.0 // metres, as the official emulator has it

func latlngMethod(p LatLng, in *invocation) (Value, error) {
	switch in.name {
	case "latitude":
		return Float(p.Latitude), in.takes(0)
	case "longitude":
		return Float(p.Longitude), in.takes(0)
	case "distance":
		other, err := argument[LatLng](in, 0, 1)
		return Float(distance(p, other)), err
	default:
		return nil, in.unknown("latlng.")
	}
}

// distance is metres along the surface of a sphere, by the haversine formula.
func distance(a, b LatLng) float64 {
	const radians = math.Pi / 180
	lat := math.Sin((b.Latitude - a.Latitude) * radians / 2)
	lng := math.Sin((b.Longitude - a.Longitude) * radians / 2)
	h := lat*lat + math.Cos(a.Latitude*radians)*math.Cos(b.Latitude*radians)*lng*lng
	return 2 * earthRadius * math.Asin(math.Sqrt(min(1, h)))
}

// latlngFunction is latlng.value(latitude, longitude).
func latlngFunction(in *invocation) (Value, error) {
	if in.name != "value" {
		return nil, in.unknown("latlng.")
	}
	lat, err := argument[Float](in, 0, 2)
	if err != nil {
		return nil, err
	}
	lng, err := argument[Float](in, 1, 2)
	if err != nil {
		return nil, err
	}
	if !(math.Abs(float64(lat)) <= 90 && math.Abs(float64(lng)) <= 180) { // NaN is neither
		return nil, fault("a latitude lies between -90 and 90, a longitude between -180 and 180")
	}
	return LatLng{Latitude: float64(lat), Longitude: float64(lng)}, nil
}
