package dev.gpupool.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gpupool.NewToken;
import dev.gpupool.PoolEvent;
import dev.gpupool.TokenInfo;
import dev.gpupool.TokenSpec;
import dev.gpupool.UnknownTenantException;
import dev.gpupool.spi.storage.Query;
import dev.gpupool.spi.storage.RecordKind;
import dev.gpupool.spi.worker.Bearer;
import dev.gpupool.spi.worker.Registration;
import dev.gpupool.spi.worker.RegistrationAnswer;
import dev.gpupool.spi.worker.TokenRefused.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tokens open, for how long and how often. */
class TokenCasesTest {
    private final World world = World.create(builder -> builder.tenant("lab"));
    private final Keys keys = new Keys(world);

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void shouldListWhatWasCreatedWithItsDefaults() {
        NewToken account =
                keys.create(TokenSpec.account("kaggle", "ana@example.org").note("Ana's notebook"));
        world.minutes(1);
        NewToken tenant = keys.create(TokenSpec.tenant("lab"));
        world.minutes(1);
        NewToken operator = keys.create(TokenSpec.operator().validFor(Duration.ofDays(1)));
        assertThat(world.pool().tokens().list()).containsExactly(account.info(), tenant.info(), operator.info());
        assertThat(account.info())
                .isEqualTo(new TokenInfo(
                        account.info().id(),
                        TokenInfo.Kind.JOIN,
                        null,
                        "kaggle",
                        "ana@example.org",
                        "Ana's notebook",
                        World.MONDAY,
                        World.MONDAY.plus(Duration.ofHours(24)),
                        1,
                        null));
        assertThat(tenant.info().tenant()).isEqualTo("lab");
        assertThat(tenant.info().usesLeft()).isNull();
        assertThat(tenant.info().expiresAt())
                .isEqualTo(tenant.info().createdAt().plus(Duration.ofDays(90)));
        assertThat(operator.info().kind()).isEqualTo(TokenInfo.Kind.OPERATOR);
        assertThat(world.events(PoolEvent.Type.TOKEN_CREATED))
                .extracting(PoolEvent::message)
                .containsExactly(
                        account.info().id() + ": Ana's notebook",
                        tenant.info().id(),
                        operator.info().id());
    }

    @Test
    void shouldTellWhoBearsATokenAcrossARestart() {
        NewToken account = keys.create(TokenSpec.account("lab", "kaggle", "ana"));
        NewToken pool = keys.create(TokenSpec.pool());
        NewToken operator = keys.create(TokenSpec.operator("lab"));
        Registration said = Keys.registration("colab", "a", "w");
        String session = keys.issue(said, "s123");
        for (int i = 0; i < 2; i++) {
            assertThat(keys.bearer(account.secret()))
                    .isEqualTo(new Bearer.Join(account.info().id(), "lab", "kaggle", "ana"));
            assertThat(keys.bearer(pool.secret()))
                    .isEqualTo(new Bearer.Join(pool.info().id(), "", null, null));
            assertThat(keys.bearer(operator.secret()))
                    .isEqualTo(new Bearer.Operator(operator.info().id(), "lab"));
            assertThat(keys.bearer(session)).isEqualTo(new Bearer.Session("gps-s123", "s123", Keys.holder(said)));
            world.restart();
        }
        assertThat(world.pool().tokens().list())
                .as("not those of sessions")
                .containsExactlyInAnyOrder(account.info(), pool.info(), operator.info());
    }

    @Test
    void shouldMakeTokensOfAllKindsThatGoIntoAHeader() {
        TreeSet<String> made = new TreeSet<>();
        made.add(keys.create(TokenSpec.pool()).secret());
        made.add(keys.create(TokenSpec.operator()).secret());
        made.add(keys.issue(Keys.registration("colab", "a", "w"), "s123456789abc"));
        made.add(keys.issue(Keys.registration("colab", "a", "w"), "s123456789abc"));
        made.add(world.await(keys.transport().join(new Bearer.Operator("gpo-x", "lab"))));
        assertThat(made).hasSize(5).allMatch(token -> token.matches("gp[jso]-[A-Za-z0-9._~-]{36,196}"));
    }

    @Test
    void shouldRefuseWhatIsNoTokenOrHasAnothersSecret() {
        NewToken one = keys.create(TokenSpec.pool());
        NewToken two = keys.create(TokenSpec.pool());
        String mixed = one.info().id() + two.secret().substring(two.secret().indexOf('.'));
        for (String token : List.of(
                mixed,
                "",
                "x",
                one.info().id(),
                one.secret() + "x",
                one.secret().substring(1),
                "gpj-zzzzzzzzzzzz" + one.secret().substring(one.secret().indexOf('.')),
                "\u0000".repeat(1_000))) {
            assertThat(keys.refusal(token)).isEqualTo(Reason.UNKNOWN);
        }
    }

    @Test
    void shouldRefuseATokenFromTheInstantOfItsExpiry() {
        NewToken token = keys.create(TokenSpec.pool().validFor(Duration.ofHours(2)));
        Bearer.Join join = keys.join(token);
        world.advance(Duration.ofHours(2).minusMillis(1));
        assertThat(keys.join(token)).isEqualTo(join);
        world.advance(Duration.ofMillis(1));
        assertThat(keys.refusal(token.secret())).isEqualTo(Reason.EXPIRED);
        assertThat(keys.refusal(keys.taking(join, "i"))).isEqualTo(Reason.EXPIRED);
        assertThat(world.pool().tokens().list()).containsExactly(token.info());
    }

    @Test
    void shouldRefuseATokenWhenItWasRevoked() {
        NewToken token = keys.create(TokenSpec.account("colab", "a"));
        Bearer.Join join = keys.join(token);
        world.minutes(3);
        keys.revoke(token.info().id());
        assertThat(keys.refusal(token.secret())).isEqualTo(Reason.REVOKED);
        assertThat(keys.refusal(keys.taking(join, "i"))).isEqualTo(Reason.REVOKED);
        TokenInfo revoked = keys.listed(token.info().id());
        assertThat(revoked.revokedAt()).isEqualTo(World.MONDAY.plus(Duration.ofMinutes(3)));
        world.minutes(3);
        keys.revoke(token.info().id());
        assertThat(keys.listed(token.info().id())).as("the first counts").isEqualTo(revoked);
        assertThat(world.events(PoolEvent.Type.TOKEN_REVOKED))
                .singleElement()
                .satisfies(event -> assertThat(event.account()).isEqualTo("colab/a"));
    }

    @Test
    void shouldRefuseAThirdSessionOfATokenForTwo() {
        NewToken token = keys.create(TokenSpec.tenant("lab").uses(2));
        Bearer.Join join = keys.join(token);
        keys.take(join, "one");
        keys.take(join, "one");
        keys.take(join, "two");
        assertThat(keys.listed(token.info().id()).usesLeft()).isZero();
        assertThat(keys.refusal(keys.taking(join, "three"))).isEqualTo(Reason.USED_UP);
        keys.take(join, "two");
        assertThat(keys.join(token)).as("who bears it is known still").isEqualTo(join);
        keys.giveBack(join, "three");
        assertThat(keys.listed(token.info().id()).usesLeft())
                .as("three took none")
                .isZero();
        keys.giveBack(join, "one");
        keys.giveBack(join, "one");
        assertThat(keys.listed(token.info().id()).usesLeft()).isEqualTo(1);
        keys.take(join, "three");
        assertThat(keys.refusal(keys.taking(join, "one"))).isEqualTo(Reason.USED_UP);
    }

    @Test
    void shouldTakeAUseForEverySessionAndNoneForTheRepeatOfARegistration() {
        NewToken token = keys.create(TokenSpec.pool().uses(2));
        Bearer.Join join = keys.join(token);
        Registration said = Keys.registration("colab", "a", "w");
        String first = begun(join, said);
        assertThat(keys.listed(join.tokenId()).usesLeft()).isEqualTo(1);

        assertThat(begun(join, said)).as("the answer was lost").isEqualTo(first);
        assertThat(keys.listed(join.tokenId()).usesLeft()).isEqualTo(1);

        world.await(world.wire().gateway().bye(first, "DONE", Duration.ZERO));
        assertThat(begun(join, said)).as("the same instance, another session").isNotEqualTo(first);
        assertThat(keys.listed(join.tokenId()).usesLeft()).isZero();

        Registration other = Keys.registration("colab", "b", "v");
        assertThat(keys.refusal(keys.transport().take(join, other))).isEqualTo(Reason.USED_UP);
    }

    @Test
    void shouldCountTheSameInstanceUnderAnotherNameAsAnother() {
        Bearer.Join join = keys.join(keys.create(TokenSpec.account("colab", "a")));
        Registration said = Keys.registration("colab", "a", "w");
        begun(join, said);
        Registration twin = new Registration(
                "", "colab", "a", "w2", said.instanceId(), Duration.ZERO, null, 1, List.of(), Map.of(), List.of());
        assertThat(keys.refusal(keys.transport().take(join, twin))).isEqualTo(Reason.USED_UP);
    }

    @Test
    void shouldGiveNoUseBackThatBeganASession() {
        Bearer.Join join = keys.join(keys.create(TokenSpec.account("colab", "a")));
        Registration said = Keys.registration("colab", "a", "w");
        begun(join, said);
        world.await(keys.transport().giveBack(join, said));
        assertThat(keys.listed(join.tokenId()).usesLeft()).isZero();
    }

    /** As a transport does it. */
    private String begun(Bearer.Join join, Registration said) {
        world.await(keys.transport().take(join, said));
        RegistrationAnswer answer = world.await(world.wire().gateway().register(said));
        String session = ((RegistrationAnswer.Accepted) answer).sessionId();
        world.await(keys.transport().issue(join, said, session));
        return session;
    }

    @Test
    void shouldOpenASessionWithTheLastThreeTokensMadeForIt() {
        Registration said = Keys.registration("colab", "a", "w");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            made.add(keys.issue(said, "s1"));
        }
        assertThat(keys.refusal(made.get(0))).isEqualTo(Reason.UNKNOWN);
        for (String token : made.subList(1, 4)) {
            assertThat(keys.bearer(token)).isEqualTo(new Bearer.Session("gps-s1", "s1", Keys.holder(said)));
        }
        keys.revoke("gps-s1");
        assertThat(keys.refusal(made.get(3))).isEqualTo(Reason.REVOKED);
        assertThat(keys.refusal(keys.issuing(said, "s1"))).isEqualTo(Reason.REVOKED);
    }

    @Test
    void shouldKeepASessionsTokenForADayOfLateReportsAndThenDeleteItsRecord() {
        Registration said = Keys.registration("colab", "a", "w");
        String token = keys.issue(said, "s1");
        String endless = keys.issue(Keys.registration("onprem", "box", "box"), "s2");
        world.advance(Duration.ofMinutes(11 * 60 + 30).plusHours(24).minusMillis(1));
        assertThat(keys.bearer(token)).isInstanceOf(Bearer.Session.class);
        world.advance(Duration.ofMillis(1));
        assertThat(keys.refusal(token)).isEqualTo(Reason.EXPIRED);
        assertThat(records()).isEqualTo(2);
        world.hours(25);
        assertThat(records()).isEqualTo(1);
        assertThat(keys.refusal(token)).isEqualTo(Reason.UNKNOWN);
        assertThat(keys.bearer(endless)).isInstanceOf(Bearer.Session.class);
        world.hours(32 * 24);
        assertThat(records()).isZero();
    }

    @Test
    void shouldDropATokenFromTheListThirtyDaysAfterItsExpiry() {
        NewToken expired = keys.create(TokenSpec.account("colab", "a"));
        NewToken revoked = keys.create(TokenSpec.account("colab", "a"));
        keys.revoke(revoked.info().id());
        world.hours(30 * 24);
        assertThat(world.pool().tokens().list()).hasSize(2);
        world.hours(25);
        assertThat(world.pool().tokens().list()).isEmpty();
        assertThat(keys.refusal(expired.secret())).isEqualTo(Reason.UNKNOWN);
    }

    private int records() {
        return records(world).size();
    }

    private static List<dev.gpupool.spi.storage.StoredRecord> records(World world) {
        return world.records().scan(Query.of(RecordKind.TOKEN, "")).records();
    }

    @Test
    void shouldStoreDigestsOnlyAndShowASecretNowhere() {
        NewToken token = keys.create(TokenSpec.account("colab", "a"));
        List<String> secrets = new ArrayList<>();
        secrets.add(random(token.secret()));
        secrets.add(random(keys.create(TokenSpec.operator()).secret()));
        secrets.add(random(keys.issue(Keys.registration("colab", "a", "w"), "s1")));
        List<String> shown = new ArrayList<>();
        shown.add(token.toString());
        shown.add(keys.join(token).toString());
        keys.take(keys.join(token), "i");
        shown.add(keys.failure(keys.taking(keys.join(token), "j")).toString());
        keys.revoke(token.info().id());
        shown.add(keys.failure(keys.transport().bearer(token.secret())).toString());
        assertThat(shown).allMatch(text -> text.contains(token.info().id()));
        shown.add(keys.failure(keys.transport().bearer(token.secret() + "x")).toString());
        world.events().forEach(event -> shown.add(event.toString()));
        assertThat(records(world)).hasSize(3);
        for (RecordKind kind : RecordKind.values()) {
            world.records()
                    .scan(Query.of(kind, ""))
                    .records()
                    .forEach(record ->
                            shown.add(record.cursor() + new String(record.body().json(), StandardCharsets.UTF_8)));
        }
        assertThat(shown)
                .hasSizeGreaterThan(10)
                .noneMatch(text -> secrets.stream().anyMatch(text::contains));
    }

    /** What must be seen nowhere. */
    private static String random(String secret) {
        return secret.substring(secret.indexOf('.') + 1);
    }

    @Test
    void shouldRefuseATokenOfAnUnknownTenantOrProviderAndMakeNone() {
        assertThatExceptionOfType(UnknownTenantException.class)
                .isThrownBy(() -> world.pool().tokens().create(TokenSpec.operator("nobody")))
                .withMessageContaining("nobody");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> world.pool().tokens().create(TokenSpec.account("nowhere", "a")))
                .withMessageContaining("token.provider nowhere");
        assertThat(world.pool().tokens().list()).isEmpty();
        assertThat(world.count(PoolEvent.Type.TOKEN_CREATED)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpj-", "x", "GPJ-A", "gpj-a b", "gpj-a\n"})
    void shouldRefuseToRevokeWhatIsNoId(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> world.pool().tokens().revoke(id))
                .withMessageContaining("token.id")
                .withMessageContaining('"' + id + '"');
    }

    @Test
    void shouldNotRepeatATokenThatIsGivenInPlaceOfItsId() {
        NewToken token = keys.create(TokenSpec.pool());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> world.pool().tokens().revoke(token.secret()))
                .withMessageContaining(token.info().id())
                .satisfies(thrown -> assertThat(thrown).hasMessageNotContainingAny(random(token.secret())));
        assertThat(keys.failure(world.pool().tokens().revoke("gpj-unknown")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gpj-unknown");
        assertThat(keys.listed(token.info().id())).isEqualTo(token.info());
    }

    @Test
    void shouldLetAnOperatorsNotebookBringTheOperatorsTenantAnyNumberOfSessions() {
        NewToken operator = keys.create(TokenSpec.operator("lab"));
        Bearer.Operator bearer = (Bearer.Operator) keys.bearer(operator.secret());
        String token = world.await(keys.transport().join(bearer));
        Bearer.Join join = (Bearer.Join) keys.bearer(token);
        assertThat(join.tenant()).isEqualTo("lab");
        TokenInfo info = keys.listed(join.tokenId());
        assertThat(info.usesLeft()).isNull();
        assertThat(info.expiresAt()).isEqualTo(info.createdAt().plus(TokenSpec.DEFAULT_VALIDITY));
        assertThat(info.note()).contains(operator.info().id());
        keys.take(join, "one");
        keys.take(join, "two");
    }

    @Test
    void shouldLetTheAccountOfATenantsTokenWaitForAdmissionToAClosedFleet() {
        try (World closed = World.create(builder -> builder.tenant("lab").closedFleet())) {
            Keys of = new Keys(closed);
            Bearer.Join join = of.join(of.create(TokenSpec.tenant("lab")));
            Registration said = new Registration(
                    join.tenant(),
                    "colab",
                    "new",
                    "w",
                    "i",
                    Duration.ZERO,
                    null,
                    1,
                    List.of(),
                    java.util.Map.of(),
                    List.of());
            of.take(join, "i");
            assertThat(closed.await(closed.wire().gateway().register(said)))
                    .isInstanceOfSatisfying(
                            RegistrationAnswer.Refused.class,
                            refused -> assertThat(refused.reason())
                                    .isEqualTo(RegistrationAnswer.RefusalReason.ACCOUNT_PENDING));
            of.giveBack(join, "i");
            closed.await(closed.pool().accounts().admit("colab", "new"));
            of.take(join, "i");
            RegistrationAnswer answer = closed.await(closed.wire().gateway().register(said));
            assertThat(answer).isInstanceOf(RegistrationAnswer.Accepted.class);
            String session = ((RegistrationAnswer.Accepted) answer).sessionId();
            assertThat(of.bearer(of.issue(said, session)))
                    .isEqualTo(new Bearer.Session("gps-" + session, session, Keys.holder(said)));
        }
    }
}
