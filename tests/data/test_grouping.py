import pytest

from core.data.grouping import guess_groups


@pytest.mark.parametrize(
    ("channels", "groups"),
    [
        (["acc_x", "acc_y", "gyr_x", "gyr_y"], {"acc": (0, 1), "gyr": (2, 3)}),
        (
            ["Accelerometer x", "Gyro x", "accelerometer y", "Gyro y"],
            {"Accelerometer": (0, 2), "Gyro": (1, 3)},
        ),
        (["EEG1", "EEG2", "EMG1", "EMG2", "temperature"], {"EEG": (0, 1), "EMG": (2, 3), "other": (4,)}),
        (["open", "high", "low", "close", "volume"], {}),
        (["channel 0", "channel 1", "channel 2"], {}),
        (["x_acc", "x_gyr", "y_acc", "y_gyr"], {}),
        (["1", "2", "3", "4"], {}),
        ([f"{chr(97 + place)}{chr(97 + place)}_{side}" for place in range(21) for side in "lr"], {}),
        ([], {}),
    ],
)
def test_channels_whose_names_begin_alike_are_a_modality(
    channels: list[str], groups: dict[str, tuple[int, ...]]
) -> None:
    found = guess_groups(channels)
    assert found.groups == groups
    assert len(found.notices) == bool(groups)
