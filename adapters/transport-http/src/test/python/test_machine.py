"""What the agent finds out about the machine: GPUs, provider, secrets, age."""

import ast
import os
import shutil
import stat
import tempfile
import time
import unittest
from unittest import mock

from support import AGENT, gpupool

# As nvidia-smi prints them. Names, memory sizes, formats and messages are those of real machines.
T4 = "0, Tesla T4, 15360, GPU-39cd9454-0976-646a-acef-01a35ad02034, 7.5, 560.35.03, [N/A]\n"
TWO_T4 = T4 + "1, Tesla T4, 15360, GPU-1b965d81-1d0f-6501-027c-1ecc1437f5ea, 7.5, 560.35.03, [N/A]\n"
P100 = "0, Tesla P100-PCIE-16GB, 16280, GPU-7f94c45d-05a3-7734-7353-7903e2de1dbe, 6.0, 550.127.05, [N/A]\n"
L4 = "0, NVIDIA L4, 23034, GPU-e1912edd-d305-14af-8049-dbe52736997c, 8.9, 550.54.15, [N/A]\n"
A100_40 = "0, NVIDIA A100-SXM4-40GB, 40960, GPU-9221d5d1-b60b-a624-bf14-0a1819cfda3b, 8.0, 535.129.03, Disabled\n"
A100_80 = "0, NVIDIA A100-SXM4-80GB, 81920, GPU-9221d5d1-b60b-a624-bf14-0a1819cfda3c, 8.0, 535.129.03, Disabled\n"
H100 = "0, NVIDIA H100 80GB HBM3, 81559, GPU-9221d5d1-b60b-a624-bf14-0a1819cfda3d, 9.0, 535.129.03, Disabled\n"
OLD = "0, Tesla T4, 15109, GPU-39cd9454-0976-646a-acef-01a35ad02034, 470.82.01\n"
GB10 = "0, NVIDIA GB10, [N/A], GPU-39cd9454-0976-646a-acef-01a35ad02035, 12.1, 580.126.09, [N/A]\n"
MIG = "0, NVIDIA A100-PCIE-40GB, 40960, GPU-9221d5d1-b60b-a624-bf14-0a1819cfda3b, 8.0, 470.57.02, Enabled\n"
NO_FIELD = 'Field "compute_cap" is not a valid field to query.\n\n'
MISMATCH = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.173\n"
NO_DRIVER = ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest "
             "NVIDIA driver is installed and running.\n\n")

MIG_TABLE_470 = """\
+-----------------------------------------------------------------------------+
| NVIDIA-SMI 470.57.02    Driver Version: 470.57.02    CUDA Version: 11.4     |
|-------------------------------+----------------------+----------------------+
| GPU  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncorr. ECC |
| Fan  Temp  Perf  Pwr:Usage/Cap|         Memory-Usage | GPU-Util  Compute M. |
|                               |                      |               MIG M. |
|===============================+======================+======================|
|   0  NVIDIA A100-PCI...  On   | 00000000:0F:00.0 Off |                   On |
| N/A   58C    P0   110W / 250W |      0MiB / 40960MiB |     N/A      Default |
|                               |                      |              Enabled |
+-------------------------------+----------------------+----------------------+

+-----------------------------------------------------------------------------+
| MIG devices:                                                                |
+------------------+----------------------+-----------+-----------------------+
| GPU  GI  CI  MIG |         Memory-Usage |        Vol|         Shared        |
|      ID  ID  Dev |           BAR1-Usage | SM     Unc| CE  ENC  DEC  OFA  JPG|
|                  |                      |        ECC|                       |
|==================+======================+===========+=======================|
|  0    2   0   0  |     11MiB / 20096MiB | 42      0 |  3   0    2    0    0 |
|                  |      0MiB / 32767MiB |           |                       |
+------------------+----------------------+-----------+-----------------------+
|  0    9   0   1  |      3MiB /  4864MiB | 14      0 |  1   0    0    0    0 |
|                  |      0MiB /  8191MiB |           |                       |
+------------------+----------------------+-----------+-----------------------+
"""
MIG_TABLE_560 = """\
+-----------------------------------------------------------------------------------------+
| MIG devices:                                                                            |
+------------------+----------------------------------+-----------+-----------------------+
| GPU  GI  CI  MIG |                     Memory-Usage |        Vol|        Shared         |
|      ID  ID  Dev |                       BAR1-Usage | SM     Unc| CE ENC  DEC  OFA  JPG |
|                  |                                  |        ECC|                       |
|==================+==================================+===========+=======================|
|  0   11   0   0  |              13MiB /  4864MiB    | 14      0 |  1   0    0    0    0 |
|                  |                 0MiB /  8191MiB  |           |                       |
+------------------+----------------------------------+-----------+-----------------------+
"""


def tool(*answers):
    """An nvidia-smi that gives these answers, and remembers what it was asked."""
    left = list(answers)

    def ask(arguments):
        ask.asked.append(list(arguments))
        return left.pop(0)

    ask.asked = []
    return ask


class ProbeTest(unittest.TestCase):
    def probe(self, *answers):
        devices, why = gpupool.probe_devices(tool(*answers), system_mib=124610)
        return [(device["name"], device["memoryMiB"]) for device in devices], why

    def test_should_find_the_gpus_of_the_usual_machines(self) -> None:
        cases = [(T4, [("Tesla T4", 15360)]), (TWO_T4, [("Tesla T4", 15360)] * 2),
                 (P100, [("Tesla P100-PCIE-16GB", 16280)]), (L4, [("NVIDIA L4", 23034)]),
                 (A100_40, [("NVIDIA A100-SXM4-40GB", 40960)]), (A100_80, [("NVIDIA A100-SXM4-80GB", 81920)]),
                 (H100, [("NVIDIA H100 80GB HBM3", 81559)])]
        for text, expected in cases:
            with self.subTest(expected):
                self.assertEqual((expected, ""), self.probe((0, text)))

    def test_should_ask_an_old_driver_for_less(self) -> None:
        self.assertEqual(([("Tesla T4", 15109)], ""), self.probe((2, NO_FIELD), (0, OLD)))
        no_mode = 'Field "mig.mode.current" is not a valid field to query.\n\n'
        no_driver = 'Field "driver_version" is not a valid field to query.\n\n'
        self.assertEqual(([("Tesla K80", 11441)], ""),
                         self.probe((2, no_mode), (2, no_driver), (0, "0, Tesla K80, 11441\n")))

    def test_should_count_the_slices_of_a_gpu_with_mig(self) -> None:
        for table, sizes in ((MIG_TABLE_470, [20096, 4864]), (MIG_TABLE_560, [4864])):
            with self.subTest(sizes):
                self.assertEqual(([("NVIDIA A100-PCIE-40GB MIG", size) for size in sizes], ""),
                                 self.probe((0, MIG), (0, table)))

    def test_should_see_no_gpu_where_mig_is_on_without_a_slice(self) -> None:
        self.assertEqual(([], "MIG is on, but there is no MIG device"), self.probe((0, MIG), (0, "| no table |")))

    def test_should_take_the_machines_memory_where_the_gpu_has_none_of_its_own(self) -> None:
        self.assertEqual(([("NVIDIA GB10", 124610)], ""), self.probe((0, GB10)))

    def test_should_say_why_there_is_no_gpu(self) -> None:
        for code, text in ((6, "No devices were found\n"), (18, MISMATCH), (9, NO_DRIVER),
                           (127, "nvidia-smi is not installed")):
            with self.subTest(text):
                self.assertEqual(([], text.splitlines()[0]), self.probe((code, text)))
        self.assertEqual(([], "No devices were found"), self.probe((0, "No devices were found\n")))
        self.assertEqual(([], "nvidia-smi said nothing"), self.probe((1, "")))

    def test_should_not_wait_for_ever_and_not_need_the_tool(self) -> None:
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        with mock.patch.dict(os.environ, {"PATH": folder}):
            self.assertEqual((127, "nvidia-smi is not installed"), gpupool._nvidia_smi([]))
            path = os.path.join(folder, "nvidia-smi")
            with open(path, "w", encoding="ascii") as target:
                target.write("#!/bin/sh\necho \"$1\"; exit 6\n")
            os.chmod(path, stat.S_IRWXU)
            self.assertEqual((6, "-L\n"), gpupool._nvidia_smi(["-L"]))
        hung = gpupool.subprocess.TimeoutExpired("nvidia-smi", 8)
        with mock.patch.object(gpupool.subprocess, "run", side_effect=hung) as run:
            self.assertEqual(126, gpupool._nvidia_smi([])[0])
        self.assertEqual(8, run.call_args.kwargs["timeout"])


class ProviderTest(unittest.TestCase):
    def test_should_know_providers_by_their_marks(self) -> None:
        cases = [({"KAGGLE_KERNEL_RUN_TYPE": "Batch"}, "kaggle"), ({"COLAB_RELEASE_TAG": "x"}, "colab"),
                 ({"COLAB_GPU": "1"}, "colab"), ({"LIGHTNING_CLOUD_URL": "x"}, "lightning"),
                 ({"RUNPOD_POD_ID": "x"}, "runpod"), ({"MODAL_TASK_ID": "x"}, "modal"), ({"HOME": "/root"}, "onprem"),
                 ({"KAGGLE_KERNEL_RUN_TYPE": "Interactive", "COLAB_GPU": ""}, "kaggle")]
        for env, provider in cases:
            with self.subTest(env):
                self.assertEqual(provider, gpupool.detect_provider(env, lambda path: False))
        self.assertEqual("kaggle", gpupool.detect_provider({}, lambda path: path == "/kaggle/working"))


class SecretTest(unittest.TestCase):
    def setUp(self) -> None:
        self.home = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.home)
        patch = mock.patch.dict(os.environ, {"HOME": self.home})
        patch.start()
        self.addCleanup(patch.stop)
        os.environ.pop("GPUPOOL_TOKEN", None)

    def write(self) -> None:
        folder = os.path.join(self.home, ".config", "gpupool")
        os.makedirs(folder)
        with open(os.path.join(folder, "token"), "w", encoding="ascii") as target:
            target.write("from-file\n")

    def test_should_look_in_order_and_skip_what_is_not_filled_in(self) -> None:
        self.write()
        placeholder = "__GPUPOOL_" "TOKEN__"
        with mock.patch.object(gpupool, "_colab_secret", lambda name: "from-colab"):
            self.assertEqual("from-file", gpupool._secret("GPUPOOL_TOKEN", None, "onprem"))
            self.assertEqual("from-colab", gpupool._secret("GPUPOOL_TOKEN", placeholder, "colab"))
            os.environ["GPUPOOL_TOKEN"] = " from-env "
            self.assertEqual("from-env", gpupool._secret("GPUPOOL_TOKEN", placeholder, "colab"))
            self.assertEqual("given", gpupool._secret("GPUPOOL_TOKEN", "given", "colab"))

    def test_should_go_on_when_a_provider_gives_no_secret(self) -> None:
        self.write()
        for provider in ("colab", "kaggle"):  # neither module is installed here
            self.assertEqual("from-file", gpupool._secret("GPUPOOL_TOKEN", None, provider))

    def test_should_have_none_where_there_is_none(self) -> None:
        self.assertIsNone(gpupool._secret("GPUPOOL_TOKEN", None, "onprem"))


class SessionAgeTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def age(self, provider, hint=None, dedicated=False):
        return time.monotonic() - gpupool._session_start(provider, hint, dedicated, self.folder)

    def test_should_begin_where_it_is_told(self) -> None:
        self.assertAlmostEqual(310, self.age("colab", hint=310.0), delta=0.5)

    def test_should_be_as_old_as_the_machine_only_if_that_is_dedicated(self) -> None:
        with mock.patch.object(gpupool, "_uptime", lambda: 5000.0):
            self.assertAlmostEqual(5000, self.age("onprem", dedicated=True), delta=0.5)
            self.assertLess(self.age("onprem"), 0.5)

    def test_should_go_on_when_a_cell_is_run_again_on_the_same_machine(self) -> None:
        began = gpupool._session_start("colab", None, False, self.folder)
        self.assertAlmostEqual(began, gpupool._session_start("colab", None, False, self.folder), delta=0.01)

    def test_should_not_believe_a_mark_of_another_boot(self) -> None:
        with open(os.path.join(self.folder, "gpupool-session-start"), "w", encoding="ascii") as target:
            target.write("another-boot 1.0")
        self.assertLess(self.age("kaggle"), 0.5)


class FileTest(unittest.TestCase):
    def test_should_be_readable_by_python_3_8(self) -> None:
        with open(AGENT, encoding="utf-8") as source:
            ast.parse(source.read(), feature_version=(3, 8))

    def test_should_only_define_things_when_it_is_pasted_into_a_cell(self) -> None:
        with open(AGENT, encoding="utf-8") as source:
            cell = compile(source.read(), "<cell>", "exec", dont_inherit=True)
        names = {"__name__": "__main__"}
        exec(cell, names)
        self.assertIn("Agent", names)

    def test_should_need_nothing_but_the_standard_library(self) -> None:
        with open(AGENT, encoding="utf-8") as source:
            tree = ast.parse(source.read())
        imported = {alias.name.split(".")[0] for node in tree.body if isinstance(node, ast.Import)
                    for alias in node.names}
        self.assertLessEqual(imported, set(__import__("sys").stdlib_module_names))


if __name__ == "__main__":
    unittest.main()
