"""What the lectures teach and claim, and what the course measures besides, each in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CLAIMS", "OWN", "TOPICS"]

#: Topic → what it is about.
TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "T1": "feed-forward networks take a fixed size",
        "T2": "input and output of any length",
        "T3": "the sliding window",
        "T4": "the whole sequence into one network",
        "T5": "the Elman cell in five lines",
        "T6": "the hidden state summarises the past",
        "T7": "backward connections: the output is fed in with the next input",
        "T8": "a layer with two sets of weights",
        "T9": "weights shared over time",
        "T10": "unrolling, and the view from the side",
        "T11": "h = f(h, x), y = g(h)",
        "T12": "the delay unit z⁻¹",
        "T13": "recurrences over one step and over T",
        "T14": "Hopfield networks",
        "T15": "dynamical systems, and state-space models with free parameters",
        "T16": "memory cells: a state that is the output, or is not",
        "T17": "the loss is a sum over steps",
        "T18": "continuous prediction in real time",
        "T19": "one to many, many to one, many to many; encoder and decoder",
        "T20": "backpropagation through time",
        "T21": "truncated backpropagation through time",
        "T22": "the initial state: zero, noisy, learned, from a second network",
        "T23": "teacher forcing",
        "T24": "tricks borrowed from feed-forward networks",
        "T25": "layer normalisation rather than batch normalisation",
        "T26": "saturating activations, and why tanh",
        "T27": "vanishing and exploding gradients; the scalar cases",
        "T28": "clipping the gradient by its norm",
        "T29": "Xavier initialisation",
        "T30": "skip connections over hidden states",
        "T31": "gates as the remedy",
        "T32": "the LSTM: two states, three gates, a candidate",
        "T33": "the additive, uninterrupted flow of the gradient",
        "T34": "the GRU: one state, two gates",
        "T35": "LSTM and GRU compared",
        "T36": "convolution over time, strides, pooling",
        "T37": "convolutional networks on sequences",
        "T38": "the convolutional LSTM",
        "T39": "a 2D convolutional network and an LSTM",
        "T40": "3D convolution: a video as a stack of frames; temporal sampling",
        "T41": "bidirectional recurrent networks",
        "T42": "zigzag and snake scans",
        "T43": "images read as sequences: Row LSTM and Diagonal BiLSTM",
        "T44": "segmentation by recurrent networks: ReSeg",
        "T45": "character language models",
        "T46": "sampling, argmax and other ways to choose",
        "T47": "feeding the softmax back",
        "T48": "one-hot vectors as a sparse operation",
        "T49": "structure learned in single cells",
        "T50": "captions of images, and their failures",
        "T51": "attention over features of an image",
        "T52": "translation",
        "T53": "sentiment",
        "T54": "speech, recognised and generated",
        "T55": "music, recognised and generated",
        "T56": "captions of images and videos",
        "T57": "the paths of traffic participants",
        "T58": "the dynamics of physical systems",
        "T59": "sensors of energy",
    }
)

#: Claim → what is claimed.
CLAIMS: Mapping[str, str] = MappingProxyType(
    {
        "C1": "snapshots lack context",
        "C2": "a whole-sequence network needs too many parameters and too much memory",
        "C3": "a whole-sequence network is hard to train and confuses space and time",
        "C4": "yet convolutional networks surprise on simple tasks",
        "C5": "a whole-sequence network is not real-time, a recurrent one is",
        "C6": "five lines suffice for the cell",
        "C7": "the number of parameters does not depend on the length",
        "C8": "the output depends on all earlier inputs",
        "C9": "recurrent networks are slow and unstable, the more the longer the sequence",
        "C10": "the tricks of feed-forward networks carry over",
        "C11": "a bounded activation stops growth",
        "C12": "layer normalisation rather than batch normalisation",
        "C13": "early inputs are forgotten",
        "C14": "gradients vanish or explode with the size of one weight",
        "C15": "the gradient is a sum of terms, one for each step",
        "C16": "truncation is like minibatching",
        "C17": "truncation is biased: its errors do not average out",
        "C18": "without truncation, memory grows quadratically",
        "C19": "a noisy initial state gives robustness",
        "C20": "free running accumulates error, forcing avoids it",
        "C21": "teacher forcing needs no backpropagation through time",
        "C22": "dropout on recurrent weights destroys memory",
        "C23": "clipping cures exploding gradients",
        "C24": "clipping does not cure vanishing ones",
        "C25": "Xavier initialisation helps",
        "C26": "skip connections help",
        "C27": "gates remember longer",
        "C28": "a sum in the place of a product avoids vanishing and exploding",
        "C29": "gates use sigmoid and tanh because they want 0 and 1",
        "C30": "a GRU is usually as good with less computation",
        "C31": "convolution over time copes better with long sequences",
        "C32": "3D convolution is the most important of the three ways for video",
        "C33": "a bidirectional network adds four sets of weights",
        "C34": "sampling gives diversity",
        "C35": "feeding the softmax back meets inputs never seen, at a dense cost",
        "C36": "structure is learned unaided",
        "C37": "attention finds locations",
        "C38": "captioning needs pairs and fails off its distribution",
        "C39": "on fixed data read as a sequence, before and after lose their meaning",
    }
)

#: What no lecture claims and the course measures all the same.
OWN: Mapping[str, str] = MappingProxyType(
    {
        "O1": "a Hopfield network forgets above 0.14 patterns a unit",
        "O2": "padding that counts costs accuracy",
        "O3": "attention pays more the longer the sentence",
        "O4": "connectionist temporal classification needs no alignment",
        "O5": "hoisting the input product out of the loop speeds a step",
        "O6": "a scan's time grows slower than a loop's",
        "O7": "a linear recurrence remembers as long as a gated one",
        "O8": "a recurrence whose gates do not see the state cannot count parity",
    }
)
