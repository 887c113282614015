"""The chapters in the order of the course: number, stem, title, exercises, what they take."""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.errors import UnknownNameError

__all__ = ["CHAPTERS", "Chapter", "chapter", "chapter_of_exercise", "neighbours"]


@dataclass(frozen=True)
class Chapter:
    """One chapter; its stem names every file that belongs to it.

    Attributes:
        stem: "ch02_elman_cell".
        title: what it is called.
        summary: what a student does in it, in a sentence.
        minutes: of reading and writing.
        seconds: that all its cells compute on two cores.
        needs: what comes first: chapters by short name, and other knowledge in words.
        exercises: by name, in their order.
        claims: measured here: keys of `lectures.CLAIMS` and `lectures.OWN`.
        topics: of the lectures, taught here: keys of `lectures.TOPICS`.
    """

    stem: str
    title: str
    summary: str
    minutes: int
    seconds: int
    needs: tuple[str, ...]
    exercises: tuple[str, ...]
    claims: tuple[str, ...]
    topics: tuple[str, ...]

    @property
    def number(self) -> int:
        """The chapter's number, which never changes."""
        return int(self.stem[2:4])


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        stem="ch01_windows_and_baselines",
        title="Windows and baselines",
        summary="Forecast a real series with a window, and beat the naive forecast or admit it.",
        minutes=60,
        seconds=40,
        needs=("Python", "NumPy", "a dense layer"),
        exercises=(
            "make_windows",
            "seasonal_naive",
            "fit_autoregression",
            "count_parameters",
            "window_mlp",
        ),
        claims=("C1", "C2", "C4"),
        topics=("T1", "T2", "T3", "T4", "T18", "T59"),
    ),
    Chapter(
        stem="ch02_elman_cell",
        title="The Elman cell",
        summary="Build the recurrent cell, unroll it over any length, and run it as data arrive.",
        minutes=60,
        seconds=50,
        needs=("ch01", "matrix products"),
        exercises=("elman_step", "unroll", "readout", "ElmanCell", "stream"),
        claims=("C5", "C6", "C7", "C8"),
        topics=("T5", "T6", "T7", "T8", "T9", "T10", "T11"),
    ),
    Chapter(
        stem="ch03_delays_and_dynamics",
        title="Delays and dynamics",
        summary="See a recurrent network as a dynamical system: poles, states, fixed points.",
        minutes=75,
        seconds=50,
        needs=("ch01", "ch02", "complex numbers"),
        exercises=(
            "delay",
            "linear_recurrence",
            "multi_step_elman",
            "state_space",
            "hopfield_weights",
            "hopfield_recall",
        ),
        claims=("O1",),
        topics=("T12", "T13", "T14", "T15", "T58"),
    ),
    Chapter(
        stem="ch04_task_shapes_and_masking",
        title="Task shapes and masking",
        summary="Bring sequences of many lengths into one batch, and let only what is real count.",
        minutes=60,
        seconds=50,
        needs=("ch02",),
        exercises=(
            "pad_batch",
            "length_mask",
            "masked_sequence_loss",
            "embed",
            "last_state",
            "encode_decode",
        ),
        claims=("O2",),
        topics=("T17", "T19", "T48"),
    ),
    Chapter(
        stem="ch05_backprop_through_time",
        title="Backpropagation through time",
        summary="Derive the gradient of a recurrent network by hand, and see which step adds what.",
        minutes=75,
        seconds=40,
        needs=("ch02", "the chain rule"),
        exercises=(
            "numerical_gradient",
            "sequence_loss",
            "elman_backward_step",
            "bptt",
            "contributions",
        ),
        claims=("C15", "C18"),
        topics=("T17", "T20"),
    ),
    Chapter(
        stem="ch06_vanishing_and_exploding",
        title="Vanishing and exploding gradients",
        summary="See why early inputs are forgotten, and measure what clipping and Xavier mend.",
        minutes=65,
        seconds=30,
        needs=("ch02", "ch05"),
        exercises=(
            "scalar_gradient",
            "regime",
            "hidden_jacobian",
            "clip_by_global_norm",
            "xavier",
            "to_spectral_radius",
        ),
        claims=("C9", "C11", "C13", "C14", "C23", "C24", "C25"),
        topics=("T26", "T27", "T28", "T29"),
    ),
    Chapter(
        stem="ch07_truncated_bptt",
        title="Truncated backpropagation through time",
        summary="Learn from a stream that never ends: chunks, a carried state, and where to begin.",
        minutes=60,
        seconds=50,
        needs=("ch02", "ch05", "ch06"),
        exercises=(
            "chunk_stream",
            "truncated_gradient",
            "train_chunk",
            "noisy_state",
            "LearnedState",
            "EncodedState",
        ),
        claims=("C16", "C17", "C18", "C19"),
        topics=("T21", "T22"),
    ),
    Chapter(
        stem="ch09_lstm",
        title="The LSTM",
        summary="Build the cell with gates, and measure how far back it remembers, and why.",
        minutes=55,
        seconds=45,
        needs=("ch02", "ch06"),
        exercises=(
            "lstm_gates",
            "lstm_step",
            "LSTMCell",
            "cell_state_gradient",
            "forget_bias_for",
        ),
        claims=("C27", "C28", "C29"),
        topics=("T16", "T31", "T32", "T33"),
    ),
    Chapter(
        stem="ch10_gru",
        title="The GRU",
        summary="Build both gated recurrent units, and compare them with an LSTM at equal cost.",
        minutes=45,
        seconds=50,
        needs=("ch02", "ch09"),
        exercises=(
            "gru_step",
            "GRUCell",
            "cell_parameters",
            "units_for_budget",
            "step_flops",
            "paired_interval",
        ),
        claims=("C30",),
        topics=("T34", "T35"),
    ),
    Chapter(
        stem="ch12_teacher_forcing",
        title="Teacher forcing",
        summary="Forecast where things go: train on the truth, on own forecasts, or on both mixed.",
        minutes=55,
        seconds=35,
        needs=("ch02", "ch05", "ch07"),
        exercises=(
            "shift_right",
            "free_run",
            "warm_up_and_forecast",
            "scheduled_inputs",
            "horizon_error",
        ),
        claims=("C20", "C21"),
        topics=("T23", "T57", "T58"),
    ),
    Chapter(
        stem="ch18_video_convlstm",
        title="Video: the next frame",
        summary="Predict the next frame with a convolutional LSTM, and roll a video out by itself.",
        minutes=55,
        seconds=75,
        needs=("ch02", "ch09"),
        exercises=(
            "next_frame_pairs",
            "persistence_forecast",
            "ConvLSTMCell",
            "CausalConv3D",
            "rollout_frames",
        ),
        claims=(),
        topics=("T38", "T40"),
    ),
    Chapter(
        stem="ch19_video_three_ways",
        title="Video, three ways",
        summary="Tell laws of motion apart with CNN+LSTM, ConvLSTM and Conv3D at equal parameters.",
        minutes=50,
        seconds=75,
        needs=("ch02", "ch09", "ch18"),
        exercises=(
            "conv3d",
            "conv3d_shape",
            "build_cnn_lstm",
            "build_convlstm",
            "build_conv3d",
            "shuffle_frames",
        ),
        claims=("C32",),
        topics=("T19", "T39", "T40"),
    ),
)


def neighbours(stem: str) -> tuple[Chapter | None, Chapter | None]:
    """The chapters before and after one in the order of the course; None at either end."""
    at = [each.stem for each in CHAPTERS].index(stem)
    before = CHAPTERS[at - 1] if at else None
    after = CHAPTERS[at + 1] if at + 1 < len(CHAPTERS) else None
    return before, after


def chapter(name: str) -> Chapter:
    """The chapter named by stem (`ch02_elman_cell`), short name (`ch02`) or number (`2`).

    Raises:
        UnknownNameError: no chapter has this name; the message offers near ones.
    """
    short = name.removeprefix("ch").lstrip("0")
    for each in CHAPTERS:
        if name == each.stem or short == str(each.number):
            return each
    raise UnknownNameError("chapter", name, [each.stem for each in CHAPTERS])


def chapter_of_exercise(name: str) -> Chapter:
    """The chapter that asks for the exercise `name`.

    Raises:
        UnknownNameError: no chapter asks for it.
    """
    for each in CHAPTERS:
        if name in each.exercises:
            return each
    known = [exercise for each in CHAPTERS for exercise in each.exercises]
    raise UnknownNameError("exercise", name, known)
