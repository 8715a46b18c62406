package iceservers

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parley-chat/parley/protocol"
)

// FromEnvironment reads the environment through getenv, such as os.Getenv:
//
//	TURN_PROVIDER     none, shared-secret, static, cloudflare or twilio. Default: shared-secret when TURN_URLS or
//	                  TURN_SECRET is set, else none
//	STUN_URLS         separated by commas. Default: the provider's, for cloudflare and twilio
//	TURN_TTL_SECONDS  60 to 86400. Default 3600
//	shared-secret     TURN_URLS, separated by commas, and TURN_SECRET
//	static            TURN_URLS, TURN_USERNAME and TURN_CREDENTIAL
//	cloudflare        CLOUDFLARE_TURN_KEY_ID and CLOUDFLARE_TURN_API_TOKEN
//	twilio            TWILIO_ACCOUNT_SID, TWILIO_API_KEY and TWILIO_API_SECRET
//
// Its error is a sentence for whoever deploys, and names the variable and no value that may be secret.
func FromEnvironment(getenv func(string) string) (Config, error) {
	c := Config{STUN: urls(getenv("STUN_URLS")), TTL: DefaultTTL}
	if text := getenv("TURN_TTL_SECONDS"); text != "" {
		number, err := strconv.ParseUint(text, 10, 32)
		c.TTL = time.Duration(number) * time.Second
		if err != nil || c.TTL < time.Minute || c.TTL > 24*time.Hour {
			return c, errors.New("TURN_TTL_SECONDS must be 60 to 86400")
		}
	}
	if err := checkURLs("STUN_URLS", c.STUN, false); err != nil {
		return c, err
	}
	name := getenv("TURN_PROVIDER")
	if name == "" && (getenv("TURN_URLS") != "" || getenv("TURN_SECRET") != "") {
		name = SharedSecret{}.Name()
	}
	offered, known := offers(getenv)[cmp.Or(name, none)]
	if !known {
		return c, errors.New("TURN_PROVIDER must be none, shared-secret, static, cloudflare or twilio")
	}
	for _, variable := range offered.needs {
		if getenv(variable) == "" {
			all := strings.Join(offered.needs, ", ")
			return c, fmt.Errorf("%s is not set: TURN_PROVIDER %s needs %s", variable, name, all)
		}
	}
	if slices.Contains(offered.needs, "TURN_URLS") {
		if err := checkURLs("TURN_URLS", urls(getenv("TURN_URLS")), true); err != nil {
			return c, err
		}
	}
	c.Provider = offered.provider
	if len(c.STUN) == 0 {
		c.STUN = offered.stun
	}
	return c, nil
}

// none is the provider that is none.
const none = "none"

// offer is a provider as the environment has it, the variables that it needs, and STUN that goes with it.
type offer struct {
	provider Provider
	needs    []string
	stun     []string
}

// offers are the providers that there are, by the names that TURN_PROVIDER has for them.
func offers(getenv func(string) string) map[string]offer {
	relays := urls(getenv("TURN_URLS"))
	all := map[string]offer{none: {}}
	for _, o := range []offer{
		{SharedSecret{URLs: relays, Secret: getenv("TURN_SECRET")}, []string{"TURN_URLS", "TURN_SECRET"}, nil},
		{
			Static{URLs: relays, Username: getenv("TURN_USERNAME"), Credential: getenv("TURN_CREDENTIAL")},
			[]string{"TURN_URLS", "TURN_USERNAME", "TURN_CREDENTIAL"},
			nil,
		},
		{
			Cloudflare{KeyID: getenv("CLOUDFLARE_TURN_KEY_ID"), APIToken: getenv("CLOUDFLARE_TURN_API_TOKEN")},
			[]string{"CLOUDFLARE_TURN_KEY_ID", "CLOUDFLARE_TURN_API_TOKEN"},
			[]string{CloudflareSTUN},
		},
		{
			Twilio{
				AccountSID: getenv("TWILIO_ACCOUNT_SID"),
				APIKey:     getenv("TWILIO_API_KEY"),
				APISecret:  getenv("TWILIO_API_SECRET"),
			},
			[]string{"TWILIO_ACCOUNT_SID", "TWILIO_API_KEY", "TWILIO_API_SECRET"},
			[]string{TwilioSTUN},
		},
	} {
		all[o.provider.Name()] = o
	}
	return all
}

// checkURLs says in a sentence what is wrong with a variable. It repeats no URL: there may be a password in it.
func checkURLs(variable string, texts []string, relay bool) error {
	if len(texts) > protocol.MaxICEURLs {
		return fmt.Errorf("%s has %d URLs: browsers are given %d at most", variable, len(texts), protocol.MaxICEURLs)
	}
	if relay && len(texts) == 0 {
		return fmt.Errorf("%s names no server", variable)
	}
	kind := "stun: or stuns:"
	if relay {
		kind = "turn: or turns:"
	}
	for i, text := range texts {
		if u, err := protocol.ParseICEURL(text); err != nil || u.Relay != relay {
			return fmt.Errorf("%s: number %d is not a %s URL that browsers take", variable, i+1, kind)
		}
	}
	return nil
}

// urls splits at commas and spaces.
func urls(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}
