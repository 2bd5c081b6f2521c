"""How a worker introduces itself, and what it does when it may not."""

import os
import unittest
from unittest import mock

from fake_pool import Problem
from support import QUICK, AgentCase, Screen, gpupool


class RegistrationTest(AgentCase):
    def test_should_tell_the_pool_who_it_is(self) -> None:
        agent = self.work(account="ana@example.org", provider="colab", slots=2, labels={"internet": "true"},
                          max_runtime_hours=11.5, session_age=310, devices=[{"name": "Tesla T4", "memoryMiB": 15360}])
        body = self.pool.named("register")[0].body
        self.assertEqual({"name": "Colab-1", "instanceId": agent.member.instance}, body["worker"])
        self.assertEqual(("colab", "ana@example.org", 2), (body["provider"], body["account"], body["slots"]))
        self.assertEqual({"maxRuntimeSeconds": 41400}, body["limits"])
        self.assertEqual([{"name": "Tesla T4", "memoryMiB": 15360}], body["devices"])
        self.assertEqual(({"internet": "true"}, ["train"]), (body["labels"], body["handlers"]))
        self.assertTrue(310 <= body["sessionAgeSeconds"] < 320, body)

    def test_should_take_from_the_environment_what_it_is_not_given(self) -> None:
        env = {"GPUPOOL_WORKER_NAME": "Kaggle-3", "GPUPOOL_ACCOUNT": "rui@example.org", "GPUPOOL_PROVIDER": "kaggle",
               "GPUPOOL_LABELS": "internet=false, zone = a", "GPUPOOL_MAX_RUNTIME_HOURS": "8.5"}
        with mock.patch.dict(os.environ, env):
            self.work(worker=None, provider=None)
        body = self.pool.named("register")[0].body
        self.assertEqual(("Kaggle-3", "rui@example.org", "kaggle", 30600),
                         (body["worker"]["name"], body["account"], body["provider"],
                          body["limits"]["maxRuntimeSeconds"]))
        self.assertEqual({"internet": "false", "zone": "a"}, body["labels"])

    def test_should_be_the_same_instance_when_the_answer_is_lost(self) -> None:
        self.pool.fail("register", "lost", times=2)
        self.work()
        self.pool.wait_call("heartbeat")
        instances = {call.body["worker"]["instanceId"] for call in self.pool.named("register")}
        self.assertEqual((3, 1), (len(self.pool.named("register")), len(instances)))

    def test_should_register_again_as_the_same_instance_when_its_token_has_expired(self) -> None:
        self.work(lambda job: "done")
        self.pool.wait_call("heartbeat", 3)
        self.pool.expire_tokens()
        self.pool.submit()
        self.pool.wait_state("DONE")
        self.pool.wait_call("heartbeat", len(self.pool.named("heartbeat")) + 2)
        instances = {call.body["worker"]["instanceId"] for call in self.pool.named("register")}
        self.assertEqual((2, 1), (len(self.pool.named("register")), len(instances)))

    def test_should_end_when_a_fresh_token_is_refused_too(self) -> None:
        self.pool.fail("heartbeat", Problem(401, "token-revoked"), times=99)
        self.pool.fail("claim", Problem(401, "token-revoked"), times=99)
        agent = self.work()
        self.assertEqual("REFUSED", self.join(agent))
        self.assertEqual(2, len(self.pool.named("register")))

    def test_should_register_as_a_new_instance_when_the_session_is_unknown(self) -> None:
        self.work(lambda job: "done")
        self.pool.forget_sessions()
        self.pool.submit()
        self.pool.wait_state("DONE")
        instances = {call.body["worker"]["instanceId"] for call in self.pool.named("register")}
        self.assertEqual(2, len(instances))

    def test_should_register_once_however_often_it_is_told_to_register_again(self) -> None:
        self.work()
        self.pool.wait_call("heartbeat")
        self.pool.order("REGISTER_AGAIN")
        self.pool.wait_call("register", 2)
        self.pool.orders.clear()
        beats = len(self.pool.named("heartbeat"))
        self.pool.wait_call("heartbeat", beats + 3)
        calls = self.pool.named("register")
        # the order stands in the answer to the second registration, too, and may be obeyed once more
        self.assertIn(len(calls), (2, 3))
        self.assertEqual(len(calls), len({call.body["worker"]["instanceId"] for call in calls}))

    def test_should_say_in_words_why_it_is_refused(self) -> None:
        for reason, words in (("NAME_TAKEN", "Choose another WORKER_NAME"), ("QUOTA", "used up"),
                              ("UNKNOWN_PROVIDER", "does not know the provider 'onprem'"),
                              ("SESSION_OVER", "Start a fresh one"), ("TOO_MANY_SESSIONS", "as many sessions")):
            with self.subTest(reason):
                self.pool.fail("register", Problem(403, "registration-refused", reason=reason))
                agent = self.start(self.make())
                self.assertEqual("REFUSED", self.join(agent))
                self.assertIn(words, agent.log.text)

    def test_should_not_go_on_with_a_join_token_that_is_refused(self) -> None:
        agent = self.start(self.make(token="gpj-of-another-pool"))
        self.assertEqual("REFUSED", self.join(agent))
        self.assertEqual(1, len(self.pool.named("register")))
        self.assertIn("refuses the join token (token-unknown)", agent.log.text)
        self.assertNotIn("gpj-of-another-pool", agent.log.text)

    def test_should_wait_for_an_account_to_be_admitted(self) -> None:
        self.pool.fail("register", Problem(403, "registration-refused", reason="ACCOUNT_PENDING", retryable=True), 3)
        agent = self.work(account="ana@example.org")
        self.pool.wait_call("heartbeat")
        self.assertIn("the account 'ana@example.org' waits", agent.log.text)

    def test_should_not_burn_quota_for_ever_while_it_waits(self) -> None:
        self.pool.fail("register", Problem(403, "registration-refused", reason="ACCOUNT_PENDING", retryable=True), 999)
        agent = self.start(self.make(provider="kaggle"))
        self.assertEqual("REFUSED", self.join(agent))
        self.assertIn("an idle session costs quota", agent.log.text)

    def test_should_repeat_while_the_pool_is_busy(self) -> None:
        self.pool.fail("register", Problem(503, "registration-refused", reason="BUSY", wait="0"), 3)
        self.work()
        self.pool.wait_call("register", 4)

    def test_should_ask_for_its_own_version_when_the_protocol_is_another(self) -> None:
        self.pool.fail("register", Problem(426, "upgrade-required", supported=[2]))
        agent = self.start(self.make())
        self.assertEqual("REFUSED", self.join(agent))
        self.assertIn("/agent.py", agent.log.text)

    def test_should_not_take_a_proxy_for_the_pool(self) -> None:
        page = {"Content-Type": "text/html"}
        self.pool.fail("register", ("raw", 404, page, b"<html>no such tunnel</html>"))
        self.pool.fail("register", ("raw", 200, page, b"<html>please log in</html>"))
        self.pool.fail("register", ("raw", 302, {"Location": "https://elsewhere/"}, b""))
        agent = self.work()
        self.pool.wait_call("heartbeat")
        for words in ("status 404, but not from the pool", "status 200 without JSON", "https://elsewhere/"):
            self.assertIn(words, agent.log.text)


class SettingsTest(unittest.TestCase):
    def test_should_name_the_setting_and_its_value_when_it_is_wrong(self) -> None:
        cases = [({"worker": "has space"}, "'has space'"), ({"worker": ""}, "The worker is ''"),
                 ({"account": "ana@example.org;x"}, "ana@example.org;x"), ({"slots": 17}, "slots is 17"),
                 ({"max_runtime_hours": -1}, "MAX_RUNTIME_HOURS is -1")]
        for given, words in cases:
            with self.subTest(given), self.assertRaisesRegex(gpupool.AgentError, words):
                gpupool.Agent(**{"worker": "w", "provider": "onprem", **given})

    def test_should_refuse_an_address_that_is_none(self) -> None:
        for url in ("pool.example.org", "ftp://pool", "https://user:secret@pool", "https://pool/?x=1"):
            with self.subTest(url):
                agent = gpupool.Agent(url=url, token="t", worker="w", provider="onprem")
                agent.handler("train")(print)
                with self.assertRaisesRegex(gpupool.AgentError, "address") as caught:
                    agent.run()
                self.assertNotIn("secret", str(caught.exception))

    @mock.patch.dict(gpupool.HANDLERS, clear=True)
    def test_should_say_how_to_give_what_is_missing(self) -> None:
        agent = gpupool.Agent(url="https://pool", token="__GPUPOOL_" "TOKEN__", worker="w", provider="onprem")
        with self.assertRaisesRegex(gpupool.AgentError, "no handler"):
            agent.run()
        agent = gpupool.Agent(url="https://pool", token="__GPUPOOL_" "TOKEN__", worker="w", provider="onprem")
        agent.handler("train")(print)
        with mock.patch.object(gpupool, "_file_secret", lambda name: None), \
                self.assertRaisesRegex(gpupool.AgentError, "Set GPUPOOL_TOKEN as an environment variable or secret"):
            agent.run()

    def test_should_never_show_a_token(self) -> None:
        screen = Screen()
        screen.hide("gps-very-secret")
        screen("a traceback with gps-very-secret in it")
        self.assertEqual("a traceback with *** in it", screen.text)
        self.assertNotIn("very-secret", repr(gpupool.Agent(token="gpj-very-secret", worker="w", timing=QUICK)))


if __name__ == "__main__":
    unittest.main()
