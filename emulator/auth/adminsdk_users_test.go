package auth_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	adminauth "firebase.google.com/go/v4/auth"
	"firebase.google.com/go/v4/errorutils"
	"google.golang.org/api/iterator"

	"github.com/parley-chat/parley/emulator/auth"
)

func create(t *testing.T, client *adminauth.Client, user *adminauth.UserToCreate) *adminauth.UserRecord {
	t.Helper()
	made, err := client.CreateUser(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAdminSDKCreatesAndFindsUsers(t *testing.T) {
	client := adminClient(t, serve(t, nil), auth.DefaultProject)
	made := create(t, client, (&adminauth.UserToCreate{}).
		UID("ann").Email("Ann@Example.com").EmailVerified(true).Disabled(true).
		DisplayName("Ann").PhotoURL("http://x/a.png"))
	if made.UID != "ann" || made.Email != "ann@example.com" || !made.EmailVerified || made.DisplayName != "Ann" ||
		made.PhotoURL != "http://x/a.png" || !made.Disabled || made.UserMetadata.LastLogInTimestamp != 0 {
		t.Errorf("made %+v of %+v", made, made.UserInfo)
	}
	_, err := client.CreateUser(t.Context(), (&adminauth.UserToCreate{}).UID("ann"))
	if !adminauth.IsUIDAlreadyExists(err) {
		t.Errorf("the same uid again: %v", err)
	}
	_, err = client.CreateUser(t.Context(), (&adminauth.UserToCreate{}).Email("ann@example.com"))
	if !adminauth.IsEmailAlreadyExists(err) {
		t.Errorf("the same email again: %v", err)
	}
	if _, err := client.CreateUser(t.Context(), (&adminauth.UserToCreate{}).Password("secret")); err == nil {
		t.Error("a password was taken")
	}

	bo := create(t, client, nil)
	link := (&adminauth.UserToUpdate{}).ProviderToLink(&adminauth.UserProvider{ProviderID: "google.com", UID: "77"})
	if _, err := client.UpdateUser(t.Context(), bo.UID, link); err != nil {
		t.Fatal(err)
	}
	if _, err := client.UpdateUser(t.Context(), "ann", link); err == nil {
		t.Error("an identity was linked twice")
	}
	for how, find := range map[string]func() (*adminauth.UserRecord, error){
		"uid": func() (*adminauth.UserRecord, error) { return client.GetUser(t.Context(), bo.UID) },
		"provider": func() (*adminauth.UserRecord, error) {
			return client.GetUserByProviderUID(t.Context(), "google.com", "77")
		},
	} {
		if got, err := find(); err != nil || got.UID != bo.UID || got.ProviderUserInfo[0].UID != "77" {
			t.Errorf("by %s: %+v, %v", how, got, err)
		}
	}
	if got, err := client.GetUserByEmail(t.Context(), "ANN@example.com"); err != nil || got.UID != "ann" {
		t.Errorf("by email: %+v, %v", got, err)
	}
	found, err := client.GetUsers(t.Context(), []adminauth.UserIdentifier{
		adminauth.UIDIdentifier{UID: "ann"},
		adminauth.EmailIdentifier{Email: "ann@example.com"},
		adminauth.ProviderIdentifier{ProviderID: "google.com", ProviderUID: "77"},
		adminauth.UIDIdentifier{UID: "nobody"},
	})
	if err != nil || len(found.Users) != 2 || len(found.NotFound) != 1 {
		t.Errorf("found %+v, %v", found, err)
	}
}

func TestAdminSDKUpdatesUsers(t *testing.T) {
	h := serve(t, nil)
	client := adminClient(t, h, auth.DefaultProject)
	born := h.with(ann)

	custom := map[string]any{"role": "mod", "name": "!"}
	if err := client.SetCustomUserClaims(t.Context(), born.LocalID, custom); err != nil {
		t.Fatal(err)
	}
	token, err := client.VerifyIDToken(t.Context(), h.refresh(refreshForm(born.RefreshToken)).NewIDToken)
	if err != nil {
		t.Fatal(err)
	}
	if c := token.Claims; c["role"] != "mod" || c["name"] != "!" || c["email"] != "ann@example.com" {
		t.Errorf("claims %v", c)
	}
	changed, err := client.UpdateUser(t.Context(), born.LocalID, (&adminauth.UserToUpdate{}).
		DisplayName("").PhotoURL("").Email("ann@new.example").ProvidersToDelete([]string{"google.com"}))
	if err != nil || changed.DisplayName != "" || changed.PhotoURL != "" || changed.Email != "ann@new.example" ||
		changed.EmailVerified || len(changed.ProviderUserInfo) != 0 || changed.CustomClaims["role"] != "mod" {
		t.Errorf("changed to %+v, %v", changed, err)
	}
	_, err = client.UpdateUser(t.Context(), "nobody", (&adminauth.UserToUpdate{}).Disabled(true))
	if !adminauth.IsUserNotFound(err) {
		t.Errorf("nobody: %v", err)
	}
}

func TestAdminSDKLocksOut(t *testing.T) {
	c := &clock{now: time.Now().Add(-time.Minute)}
	h := serve(t, &auth.Options{Now: c.Now})
	client := adminClient(t, h, auth.DefaultProject)
	revoked, disabled := h.with(ann), h.with(`{"sub":"2"}`)
	c.advance(time.Minute)
	if err := client.RevokeRefreshTokens(t.Context(), revoked.LocalID); err != nil {
		t.Fatal(err)
	}
	off := (&adminauth.UserToUpdate{}).Disabled(true)
	if _, err := client.UpdateUser(t.Context(), disabled.LocalID, off); err != nil {
		t.Fatal(err)
	}
	if _, err := client.VerifyIDTokenAndCheckRevoked(t.Context(), revoked.IDToken); !adminauth.IsIDTokenRevoked(err) {
		t.Errorf("revoked: %v", err)
	}
	if _, err := client.VerifyIDTokenAndCheckRevoked(t.Context(), disabled.IDToken); !adminauth.IsUserDisabled(err) {
		t.Errorf("disabled: %v", err)
	}
	for want, who := range map[string]reply{"TOKEN_EXPIRED": revoked, "USER_DISABLED": disabled} {
		lookup := h.post(lookupPath, jsonOf(t, map[string]string{"idToken": who.IDToken}))
		link := h.with(`{"sub":"3"}`, "idToken", who.IDToken)
		refresh := h.refresh(refreshForm(who.RefreshToken))
		if lookup.Error.Message != want || link.Error.Message != want || refresh.Error.Message != want {
			t.Errorf("lookup %q, link %q, refresh %q, want %s",
				lookup.Error.Message, link.Error.Message, refresh.Error.Message, want)
		}
	}
	c.advance(time.Minute)
	if got := h.with(`{"sub":"2"}`); got.Error.Message != "USER_DISABLED" {
		t.Errorf("signing in while disabled: %+v", got)
	}
	if got := h.with(ann); got.LocalID != revoked.LocalID || h.refresh(refreshForm(got.RefreshToken)).status != 200 {
		t.Errorf("signing in again after revocation: %+v", got)
	}
}

func TestAdminSDKListsAndDeletes(t *testing.T) {
	h := serve(t, nil)
	client := adminClient(t, h, "demo-list")
	var uids []string
	for i := range 7 {
		uid := "u" + strconv.Itoa(i)
		create(t, client, (&adminauth.UserToCreate{}).UID(uid).DisplayName("N"+strconv.Itoa(9-i)).Email(uid+"@x.y"))
		uids = append(uids, uid)
	}
	h.signUp() // in another project
	pager := iterator.NewPager(client.Users(t.Context(), ""), 3, "")
	var listed []string
	for token, pages := "more", 0; token != "" && pages < 9; pages++ {
		var page []*adminauth.ExportedUserRecord
		var err error
		if token, err = pager.NextPage(&page); err != nil {
			t.Fatal(err)
		}
		for _, u := range page {
			listed = append(listed, u.UID)
		}
	}
	if !slices.Equal(listed, uids) {
		t.Errorf("listed %v, want %v", listed, uids)
	}

	got, err := client.QueryUsers(t.Context(), &adminauth.QueryUsersRequest{
		SortBy: adminauth.Name, Order: adminauth.Desc, Limit: 2, Offset: 1,
	})
	if err != nil || len(got.Users) != 2 || got.Users[0].UID != "u1" || got.Users[1].UID != "u2" {
		t.Errorf("queried %+v, %v", got, err)
	}
	got, err = client.QueryUsers(t.Context(), &adminauth.QueryUsersRequest{
		Expression: []*adminauth.Expression{{Email: "U3@x.y"}, {UID: "u5"}, {PhoneNumber: "+15550100"}},
	})
	if err != nil || got.Count != 2 || got.Users[0].UID != "u3" || got.Users[1].UID != "u5" {
		t.Errorf("queried by email or uid: %+v, %v", got, err)
	}

	deleted, err := client.DeleteUsers(t.Context(), []string{"u0", "u1", "nobody"})
	if err != nil || deleted.SuccessCount != 3 || deleted.FailureCount != 0 {
		t.Errorf("deleted %+v, %v", deleted, err)
	}
	careful := h.post(adminPath+"demo-list/accounts:batchDelete", `{"localIds":["u2"]}`, "Authorization", "Bearer owner")
	if careful.status != 200 {
		t.Errorf("batchDelete without force: %+v", careful)
	}
	if _, err := client.GetUser(t.Context(), "u2"); err != nil {
		t.Errorf("without force, an enabled account stays: %v", err)
	}
	h.delete("/emulator/v1/projects/demo-list/accounts")
	if _, err := client.Users(t.Context(), "").Next(); !errors.Is(err, iterator.Done) {
		t.Errorf("listed after clearing: %v", err)
	}
	if _, err := client.PasswordResetLink(t.Context(), "u3@x.y"); err == nil || errorutils.IsInternal(err) {
		t.Errorf("what there is not: %v", err)
	}
}
