"""Daily prices and volumes of invented shares, and the features that analysts make of them."""

from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray

WARM_UP = 40  # days before the first that is kept, so that every average has its past
SURGE_DAYS = 3
FEATURES = (
    "open return",
    "high return",
    "low return",
    "close return",
    "log volume",
    "volume ratio 5",
    "volume ratio 20",
    "volume change",
    "return 5",
    "return 10",
    "return 20",
    "volatility 10",
    "range",
    "close to mean 5",
    "close to mean 20",
    "band position",
    "rsi 14",
    "macd",
    "macd signal",
    "true range 14",
)
VOLUME_FEATURES = ("log volume", "volume ratio 5", "volume ratio 20", "volume change")


@dataclass(frozen=True, eq=False)
class Prices:
    """Daily records of shares, all (S, D): share by day.

    Attributes:
        open, high, low, close: Prices.
        volume: Shares traded.
        begins: Days on which a planted surge of volume begins.
    """

    open: DoubleArray
    high: DoubleArray
    low: DoubleArray
    close: DoubleArray
    volume: DoubleArray
    begins: BoolArray


def draw_prices(
    shares: int, days: int, surges: float, drift: float, answer_days: int, rng: np.random.Generator
) -> Prices:
    """Return random walks in which a surge of volume is followed by a rise.

    Args:
        shares: Number of shares S.
        days: Days D, without those for warming up.
        surges: Share of days on which a surge begins.
        drift: Rise over the days after a surge, as a share of the price.
        answer_days: Days over which the rise is spread.
        rng: Generator.
    """
    total = days + WARM_UP
    shape = (shares, total)
    # Volatility that comes in clusters, as it does on markets.
    calm = np.exp(0.3 * _smooth(rng.standard_normal(shape), 0.95))
    returns = 0.012 * calm * rng.standard_normal(shape)
    begin = rng.random(shape) < surges
    surge = _stretched(begin, SURGE_DAYS)
    over = np.roll(begin, SURGE_DAYS, axis=1)
    over[:, :SURGE_DAYS] = False
    returns += drift / answer_days * _stretched(over, answer_days)
    volume = np.exp(12 + 0.4 * _smooth(rng.standard_normal(shape), 0.7) + 0.25 * rng.standard_normal(shape))
    volume *= np.where(surge, rng.uniform(2.5, 4.5, shape), 1.0)
    close = 50 * np.exp(rng.uniform(-1, 1, (shares, 1)) + np.cumsum(returns, axis=1))
    opening = np.roll(close, 1, axis=1) * np.exp(0.004 * calm * rng.standard_normal(shape))
    opening[:, 0] = close[:, 0]
    spread = np.abs(0.006 * calm * rng.standard_normal((2, *shape)))
    high = np.maximum(opening, close) * np.exp(spread[0])
    low = np.minimum(opening, close) * np.exp(-spread[1])
    return Prices(opening, high, low, close, volume, begin)


def features(prices: Prices) -> DoubleArray:
    """Return the features (S, D, 20) in the order of FEATURES, each from the day and its past only."""
    close, volume = prices.close, prices.volume
    before = _past(close, 1)
    returns = np.log(close / before)
    mean5, mean20 = _mean(close, 5), _mean(close, 20)
    spread20 = np.sqrt(np.maximum(_mean(close**2, 20) - mean20**2, 1e-12))
    gain, loss = _mean(np.maximum(returns, 0), 14), _mean(np.maximum(-returns, 0), 14)
    macd = (_exponential(close, 12) - _exponential(close, 26)) / close
    reach = np.maximum(prices.high, before) - np.minimum(prices.low, before)
    columns = (
        np.log(prices.open / before),
        np.log(prices.high / before),
        np.log(prices.low / before),
        returns,
        np.log(volume),
        volume / _mean(volume, 5),
        volume / _mean(volume, 20),
        np.log(volume / _past(volume, 1)),
        np.log(close / _past(close, 5)),
        np.log(close / _past(close, 10)),
        np.log(close / _past(close, 20)),
        np.sqrt(np.maximum(_mean(returns**2, 10) - _mean(returns, 10) ** 2, 0)),
        (prices.high - prices.low) / close,
        close / mean5 - 1,
        close / mean20 - 1,
        (close - mean20) / (2 * spread20),
        100 * gain / np.maximum(gain + loss, 1e-12),
        macd,
        _exponential(macd, 9),
        _mean(reach, 14) / close,
    )
    return np.stack(columns, axis=2)  # (S, D, 20)


def business_days(first: str, days: int) -> IntArray:
    """Return so many days from Monday to Friday (D,), in nanoseconds since 1970."""
    dates = np.busday_offset(np.datetime64(first, "D"), np.arange(days), roll="forward")
    return np.asarray(dates.astype("datetime64[ns]").astype(np.int64))


def _smooth(values: DoubleArray, stay: float) -> DoubleArray:
    """Return an autoregressive process of deviation 1 along the days."""
    smooth: DoubleArray = values * np.sqrt(1 - stay**2)
    smooth[:, 0] = values[:, 0]
    for day in range(1, values.shape[1]):
        smooth[:, day] += stay * smooth[:, day - 1]
    return smooth


def _stretched(begin: BoolArray, days: int) -> BoolArray:
    found = begin.copy()
    for later in range(1, days):
        found[:, later:] |= begin[:, :-later]
    return found


def _past(values: DoubleArray, days: int) -> DoubleArray:
    return np.asarray(np.concatenate([np.repeat(values[:, :1], days, axis=1), values[:, :-days]], axis=1))


def _mean(values: DoubleArray, days: int) -> DoubleArray:
    """Return the mean over the last days, over fewer at the start."""
    total = np.cumsum(values, axis=1)
    total[:, days:] = total[:, days:] - total[:, :-days].copy()
    return np.asarray(total / np.minimum(np.arange(1, values.shape[1] + 1), days))


def _exponential(values: DoubleArray, span: int) -> DoubleArray:
    share = 2 / (span + 1)
    mean = values.copy()
    for day in range(1, values.shape[1]):
        mean[:, day] = share * values[:, day] + (1 - share) * mean[:, day - 1]
    return mean
