"""The graphs of an encoder as onnxruntime runs them: small, since their weights are named here and kept elsewhere.

The nodes are onnxruntime's own (``com.microsoft``, described in its ContribOperators.md): one product for query, key and value of
a layer, and matrices of 8-bit integers multiplied with states made such on the way; FastGelu for Gelu, which takes half the time and differs by
less than 0.0005.
"""

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from .base import HEADS, INNER, WIDTH

OPSET, VERSION = 17, 8
OURS = "com.microsoft"
EPSILON = 1e-12


class Graph:
    """Nodes and the weights that they name, in the order in which they were added."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self._initializers: list[TensorProto] = []
        self._names: set[str] = set()

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """The name of a small value that is written into the graph."""
        if name not in self._names:
            self._names.add(name)
            self._initializers.append(numpy_helper.from_array(value, name))
        return name

    def weight(self, name: str, kind: int, *shape: int) -> str:
        """The name of a weight that is kept elsewhere and given when the graph is opened."""
        kept = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        kept.external_data.add(key="location", value="elsewhere")
        self._initializers.append(kept)
        return name

    def floats(self, name: str, *shape: int) -> str:
        """The name of a weight of single floats."""
        return self.weight(name, TensorProto.FLOAT, *shape)

    def add(self, kind: str, given: list[str], made: str, domain: str = "", **settings: object) -> str:
        """Adds a node that makes ``made``."""
        self.nodes.append(helper.make_node(kind, given, [made], domain=domain, **settings))
        return made

    def bytes(self, given: dict[str, int], made: str) -> bytes:
        """The graph as ONNX: of what is ``given`` (names and kinds; all but ``own`` and ``seen`` are states) it makes ``made``."""
        tokens: list[str | int] = ["reactions", "tokens"]
        inputs = [
            helper.make_tensor_value_info(name, kind, tokens if name in ("own", "seen") else [*tokens, WIDTH])
            for name, kind in given.items()
        ]
        outputs = [helper.make_tensor_value_info(made, TensorProto.FLOAT, None)]
        graph = helper.make_graph(self.nodes, made, inputs, outputs, self._initializers)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(OURS, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=VERSION, producer_name="storywake")
        return bytes(model.SerializeToString(deterministic=True))


def lower(layers: int) -> bytes:
    """The graph that makes ``states`` of ``words`` (with their places and kinds added) by the layers that did not learn."""
    graph = Graph()
    weights = [graph.floats(f"lower.norm.{what}", WIDTH) for what in ("weight", "bias")]
    states = graph.add("LayerNormalization", ["words", *weights], "embedded", epsilon=EPSILON)
    for number in range(layers):
        states = _layer(graph, f"lower.{number}", states)
    graph.add("Identity", [states], "states")
    return graph.bytes({"words": TensorProto.FLOAT, "seen": TensorProto.INT32}, "states")


def scores(layers: int, compares: bool, bias: NDArray[np.float32]) -> bytes:
    """The graph that makes ``scores`` of ``states`` by the layers that learnt; ``bias`` is the last one's."""
    graph = Graph()
    states = "states"
    for number in range(layers):
        states = _layer(graph, f"scores.{number}", states)
    said = _mean(graph, states, "own", "said")
    told = [graph.add("Gather", [states, graph.constant("first", np.array(0))], "start", axis=1), said]
    if compares:
        graph.add("Cast", ["seen"], "there", to=TensorProto.FLOAT)
        answered = _mean(graph, states, graph.add("Sub", ["there", "own"], "others"), "answered")
        apart = graph.add("Abs", [graph.add("Sub", [said, answered], "difference")], "apart")
        told += [answered, apart, graph.add("Mul", [said, answered], "together")]
    graph.add("Concat", told, "told", axis=1)
    head = ["told", graph.floats("scores.head", len(bias), WIDTH * len(told)), graph.constant("bias", bias)]
    graph.add("Gemm", head, "scores", transB=1)
    return graph.bytes({"states": TensorProto.FLOAT, "seen": TensorProto.INT32, "own": TensorProto.FLOAT}, "scores")


def vectors(layers: int) -> bytes:
    """The graph that makes ``vectors`` of ``states``: the mean of a reaction's own, after layers as they were before training."""
    graph = Graph()
    states = "states"
    for number in range(layers):
        states = _layer(graph, f"vectors.{number}", states)
    _mean(graph, states, "own", "vectors")
    given = {"states": TensorProto.FLOAT, "own": TensorProto.FLOAT}
    return graph.bytes(given | ({"seen": TensorProto.INT32} if layers else {}), "vectors")


def _layer(graph: Graph, name: str, states: str) -> str:
    """A layer: who heeds whom, then a network for each state; each step's result is added to what it was made of."""
    whole, scale, zero = (f"{name} {what}" for what in ("bytes", "scale", "zero"))
    graph.nodes.append(helper.make_node("DynamicQuantizeLinear", [states], [whole, scale, zero]))
    heeded = graph.add(
        "QAttention",
        [
            whole,
            graph.weight(f"{name}.heed", TensorProto.INT8, WIDTH, 3 * WIDTH),
            graph.floats(f"{name}.heed.bias", 3 * WIDTH),
            scale,
            graph.floats(f"{name}.heed scale", 3 * WIDTH),
            "seen",
            zero,
        ],
        f"{name} heeded",
        OURS,
        num_heads=HEADS,
    )
    mixed = _product(graph, f"{name}.mix", heeded, WIDTH, WIDTH)
    states = _added(graph, f"{name}.mix", mixed, states)
    wide = _product(graph, f"{name}.widen", states, WIDTH, INNER)
    bent = graph.add("FastGelu", [wide], f"{name} bent", OURS)
    return _added(graph, f"{name}.narrow", _product(graph, f"{name}.narrow", bent, INNER, WIDTH), states)


def _product(graph: Graph, name: str, given: str, rows: int, columns: int) -> str:
    matrix = graph.weight(name, TensorProto.INT8, rows, columns)
    scale, bias = graph.floats(f"{name} scale", columns), graph.floats(f"{name}.bias", columns)
    return graph.add("DynamicQuantizeMatMul", [given, matrix, scale, "", bias], f"{name} made", OURS)


def _added(graph: Graph, name: str, made: str, states: str) -> str:
    """What was made and what it was made of, added and brought to one size.

    One node could do both (SkipLayerNormalization), in twice the time.
    """
    total = graph.add("Add", [made, states], f"{name} total")
    weights = [graph.floats(f"{name}.norm.{what}", WIDTH) for what in ("weight", "bias")]
    return graph.add("LayerNormalization", [total, *weights], f"{name} added", epsilon=EPSILON)


def _mean(graph: Graph, states: str, which: str, made: str) -> str:
    """The mean of the states of ``which``."""
    middle, last = graph.constant("middle", np.array([1])), graph.constant("last axis", np.array([-1]))
    row = graph.add("Unsqueeze", [which, middle], f"{made} row")
    total = graph.add("Squeeze", [graph.add("MatMul", [row, states], f"{made} sums"), middle], f"{made} sum")
    count = graph.add("ReduceSum", [which, last], f"{made} count", keepdims=1)
    count = graph.add("Max", [count, graph.constant("one", np.array(1, np.float32))], f"{made} least")
    return graph.add("Div", [total, count], made)
